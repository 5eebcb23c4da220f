#pragma once

#include <span>
#include <vector>

namespace scalemark {

/// Holm's step-down adjustment (Scandinavian Journal of Statistics 6, 1979): calling everything below 0.05 a finding
/// is wrong in at most 5 % of all families, however the tests depend on each other. NaN stays NaN and is not counted.
std::vector<double> holm_adjusted(std::span<const double> p_values);

}  // namespace scalemark
