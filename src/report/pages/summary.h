#pragma once

#include <string>
#include <vector>

#include "analysis/report.h"

namespace scalemark::report {

/// At most three sentences from the report's numbers: the fastest case, how the largest number of ranks scales, and
/// where the time went that it loses, or what a single change does. Each says so where the files cannot answer it.
std::vector<std::string> summary_of(const analysis::Report& report);

}  // namespace scalemark::report
