#pragma once

#include <cstddef>

#include "core/statistics.h"

namespace scalemark {

/// The most repetitions that are worth asking for.
inline constexpr std::size_t kMostNeededRepetitions = 1000;

/// How many repetitions of the same scatter would leave `value` outside of a Student's t interval around this estimate,
/// which came from `repetitions` of them. kMostNeededRepetitions where that many would not, 0 without an interval.
std::size_t repetitions_to_exclude(const Interval& interval, double value, std::size_t repetitions);

/// How many repetitions that scatter with the standard deviation `scatter` have an interval of their mean of less than
/// +- `half_width`, which ends at this quantile of Student's t; kMostNeededRepetitions where that many have not.
std::size_t repetitions_for(double scatter, double half_width, double quantile);

}  // namespace scalemark
