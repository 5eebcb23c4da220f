#pragma once

#include <string>

#include "analysis/fleet/fleet.h"
#include "report/section.h"

namespace scalemark::report {

/// What `scalemark nodes` shows of the nodes. `title` is that of the files.
SectionPage fleet_page(const analysis::Fleet& fleet, const std::string& title);

/// "64 nodes: node17 stands out (step time)."
std::string fleet_summary(const analysis::Fleet& fleet);

}  // namespace scalemark::report
