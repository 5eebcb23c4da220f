#pragma once

#include <span>

#include "core/statistics.h"

namespace scalemark {

/// The ratio of two mean durations, for tests and their power. The logarithm of the estimate is Student's t, with the
/// standard error that the linearised logarithm has (Cochran, Sampling Techniques, 1977, section 6), widened where the
/// values, in the order in which they were measured, are correlated (core/serial_correlation.h). Chosen by its coverage
/// and width: bench/ratio_coverage.py, docs/evidence.md.
struct MeanRatio {
  double estimate;             ///< mean of the numerator / mean of the denominator
  double standard_error;       ///< of the logarithm of the estimate; NaN where there are too few values
  double degrees_of_freedom;   ///< NaN where there are too few values
  double numerator_scatter;    ///< standard deviation over the mean: 0.02 is 2 %
  double denominator_scatter;  ///< the same

  /// 95 %; NaN bounds without a standard error.
  Interval interval() const;

  /// Two-sided p-value of a ratio of `bound` > 0: below 0.05 where `bound` lies outside the interval.
  double p_value_against(double bound) const;

  /// The true ratio at which a comparison with this standard error finds the ratio above `bound`, at the two-sided
  /// `level`, with probability `power`.
  double found_from(double bound, double level, double power) const;
};

/// For sides that did not take turns: Welch's degrees of freedom; the sides may differ in number and in scatter. Values
/// that are NaN or not positive are left out. Needs two values a side.
MeanRatio unpaired_mean_ratio(std::span<const double> numerator, std::span<const double> denominator);

/// For sides that took turns: round r of one belongs to round r of the other, so that a drift cancels. Uses the rounds
/// in which both are finite and positive; needs two.
MeanRatio paired_mean_ratio(std::span<const double> numerator, std::span<const double> denominator);

}  // namespace scalemark
