#pragma once

#include <string>

#include "analysis/fleet/fleet.h"
#include "report/section.h"

namespace scalemark::report {

/// The nodes as a document of kind "nodes": every table of the page, and what the exit code is made of.
std::string fleet_json(const analysis::Fleet& fleet, const SectionPage& page);

}  // namespace scalemark::report
