#include "analysis/slow_mode.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

constexpr std::size_t kFewestTimes = 7;
constexpr double kDeviationOverMad = 1.4826;  // of a normal distribution
constexpr double kLargestShareOfSlow = 0.25;  // beyond it there are two modes, and neither is an exception

double robust_deviation(std::span<const double> values, double middle) {
  std::vector<double> distances;
  for (const double value : values) distances.push_back(std::abs(value - middle));
  return kDeviationOverMad * median(distances);
}

}  // namespace

SlowMode slow_mode(std::span<const double> repetition_seconds) {
  if (repetition_seconds.size() < kFewestTimes) return {};
  const double middle = median(repetition_seconds);
  const double limit =
      middle + std::max(kSlowExcess * middle, kSlowDeviations * robust_deviation(repetition_seconds, middle));
  std::vector<double> slow;
  for (const double seconds : repetition_seconds) {
    if (seconds > limit) slow.push_back(seconds / middle);
  }
  const bool is_exception =
      static_cast<double>(slow.size()) <= kLargestShareOfSlow * static_cast<double>(repetition_seconds.size());
  if (slow.empty() || !is_exception) return {};
  const auto [fastest, slowest] = std::ranges::minmax(slow);
  return {slow.size(), fastest, slowest};
}

}  // namespace scalemark::analysis
