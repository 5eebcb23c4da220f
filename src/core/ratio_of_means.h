#pragma once

#include <span>

#include "core/statistics.h"

namespace scalemark {

/// sum(numerator) / sum(denominator) with its 95 % interval, paired by round: rounds are repetitions that took turns,
/// so that a drift of the machine cancels. Uses the rounds in which both are finite and above 0; NaN bounds below two.
/// Student's t over x_r / mean(x) - y_r / mean(y), the linearised logarithm of the ratio (Cochran, Sampling Techniques,
/// 1977, section 6). Chosen by its coverage and width: bench/ratio_coverage.py, docs/measuring.md.
Interval interval_of_ratio_of_means(std::span<const double> numerator, std::span<const double> denominator);

/// The same for sides that did not take turns: each has its own rounds, scatter and mean. Student's t with the degrees
/// of freedom of Welch and Satterthwaite.
Interval interval_of_ratio_of_means_independent(std::span<const double> numerator, std::span<const double> denominator);

/// sum(part) / sum(whole) for a part of any sign, paired by round: Student's t over part_r - share x whole_r. Uses the
/// rounds in which both are finite and the whole is above 0.
Interval interval_of_share(std::span<const double> part, std::span<const double> whole);

/// (mean(part) - mean(other)) / mean(whole), where `other` has rounds of its own that did not take turns with those of
/// `part` and `whole`. Welch's degrees of freedom.
Interval interval_of_share_independent(std::span<const double> part, std::span<const double> other,
                                       std::span<const double> whole);

}  // namespace scalemark
