#pragma once

#include <vector>

#include "results/records.h"

namespace scalemark::analysis {

/// [rank] The clock of each rank's GPU in hertz: the median over the repetitions of the lowest in each; NaN where it
/// was not recorded.
std::vector<double> device_clocks(const results::CaseRecord& record);

/// The lowest of device_clocks(), which the others wait for; NaN without any.
double lowest_device_clock(const results::CaseRecord& record);

}  // namespace scalemark::analysis
