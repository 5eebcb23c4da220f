#pragma once

#include <vector>

#include "analysis/history/history.h"
#include "report/section.h"

namespace scalemark::report {

/// A control chart per case: the mean step of each run with its interval, and the levels with their limits. Cases with
/// a shift come first.
std::vector<Figure> control_charts(const analysis::History& history);

}  // namespace scalemark::report
