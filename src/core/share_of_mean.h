#pragma once

#include <span>

#include "core/statistics.h"

namespace scalemark {

/// sum(part) / sum(whole) for a part of any sign, paired by round, with its 95 % interval: Student's t over
/// part_r - share x whole_r. Uses the rounds in which both are finite and the whole is above 0; NaN bounds below two.
Interval interval_of_share(std::span<const double> part, std::span<const double> whole);

/// (mean(part) - mean(other)) / mean(whole), where `other` has rounds of its own that did not take turns with those of
/// `part` and `whole`. Welch's degrees of freedom.
Interval interval_of_share_independent(std::span<const double> part, std::span<const double> other,
                                       std::span<const double> whole);

}  // namespace scalemark
