#include "core/two_stages.h"

#include <algorithm>
#include <cmath>

#include "core/statistics.h"

namespace scalemark {

std::size_t two_stage_count(std::span<const double> pilot, double half_width) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  const auto count = static_cast<std::size_t>(std::ranges::count_if(pilot, is_finite));
  if (count < 2) return count;
  const Interval mean = interval_of_mean(pilot);
  const double pilot_half_width = 0.5 * (mean.high - mean.low);  // t s / sqrt(n0)
  const double needed = static_cast<double>(count) * std::pow(pilot_half_width / half_width, 2);
  constexpr double kMost = 1e9;  // of a scatter without bounds; a config allows far fewer
  return std::max(count, static_cast<std::size_t>(std::ceil(std::min(needed, kMost))));
}

}  // namespace scalemark
