#include "core/needed_repetitions.h"

#include <algorithm>
#include <cmath>

namespace scalemark {
namespace {

/// Half width of the mean of `count` values whose standard deviation is 1.
double unit_half_width(std::size_t count, double quantile) {
  const auto n = static_cast<double>(count);
  return student_t_quantile(quantile, n - 1.0) / std::sqrt(n);
}

}  // namespace

std::size_t repetitions_for(double scatter, double half_width, double quantile) {
  std::size_t low = 2;
  std::size_t high = kMostNeededRepetitions;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (unit_half_width(middle, quantile) * scatter < half_width) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

std::size_t repetitions_to_exclude(const Interval& interval, double value, std::size_t repetitions) {
  const double distance = std::abs(interval.estimate - value);
  const double half_width =
      value < interval.estimate ? interval.estimate - interval.low : interval.high - interval.estimate;
  if (repetitions < 2 || !std::isfinite(distance) || !std::isfinite(half_width)) return 0;
  return repetitions_for(half_width / unit_half_width(repetitions, kQuantileOf95), distance, kQuantileOf95);
}

}  // namespace scalemark
