#pragma once

#include <cstddef>
#include <span>

#include "core/statistics.h"

namespace scalemark {

/// What two sets of durations that were not measured side by side say of their ratio.
struct UnpairedRatio {
  Interval ratio;              ///< numerator / denominator; the estimate is the ratio of the geometric means
  double p_value;              ///< two-sided, of a ratio of 1; NaN where it cannot be given
  double standard_error;       ///< of the logarithm of the ratio
  double degrees_of_freedom;   ///< Welch and Satterthwaite
  double numerator_scatter;    ///< standard deviation of the logarithms: 0.02 is 2 %
  double denominator_scatter;  ///< the same
};

/// Welch's t test over the logarithms: the two sides may differ in number and in scatter, and values that are NaN or
/// not positive are left out. The interval and the p-value need two values a side. Chosen by its coverage, see
/// docs/measuring.md and bench/compare_coverage.py.
UnpairedRatio unpaired_ratio(std::span<const double> numerator, std::span<const double> denominator);

/// The relative change (0.05 is 5 %) that data of this scatter would show at the two-sided `level` in four of five
/// comparisons; NaN where there is no standard error.
double smallest_detectable_change(const UnpairedRatio& ratio, double level);

}  // namespace scalemark
