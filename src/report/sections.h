#pragma once

#include <vector>

#include "analysis/report.h"
#include "report/section.h"

namespace scalemark::report {

/// Every part of a report after the main table, in the order of the page.
std::vector<Section> sections_of(const analysis::Report& report);

}  // namespace scalemark::report
