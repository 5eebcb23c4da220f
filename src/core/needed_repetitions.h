#pragma once

#include <cstddef>

#include "core/statistics.h"

namespace scalemark {

/// The most repetitions that are worth asking for.
inline constexpr std::size_t kMostNeededRepetitions = 1000;

/// How many repetitions of the same scatter would leave `value` outside of a Student's t interval around this estimate,
/// which came from `repetitions` of them. kMostNeededRepetitions where that many would not, 0 without an interval.
std::size_t repetitions_to_exclude(const Interval& interval, double value, std::size_t repetitions);

}  // namespace scalemark
