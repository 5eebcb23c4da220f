#pragma once

#include <cstddef>
#include <span>

namespace scalemark::analysis {

/// What a slow repetition takes beyond the median: as a fraction of it, and in robust standard deviations (1.4826 times
/// the median absolute deviation).
inline constexpr double kSlowExcess = 0.1;
inline constexpr double kSlowDeviations = 6;

/// Repetitions that took much longer than the others, by both limits. Of repetitions that scatter normally by 1 to 15
/// %, these limits flag at most 3.4 % of cases with 7 repetitions, and fewer with more.
struct SlowMode {
  std::size_t repetitions = 0;  ///< slow ones; 0 where there are none, or too many to be an exception
  double fastest_ratio = 0;     ///< of the slow ones to the median
  double slowest_ratio = 0;
};

/// @param repetition_seconds  times of a case's repetitions; fewer than 7 tell nothing.
SlowMode slow_mode(std::span<const double> repetition_seconds);

}  // namespace scalemark::analysis
