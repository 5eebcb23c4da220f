#include "analysis/pairing.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "analysis/taking_turns.h"

namespace scalemark::analysis {

Pairing pairing_of(const MeasuredCase& base, const MeasuredCase& one) {
  std::string reason = why_not_in_turns(base, one);
  return {reason.empty(), std::move(reason)};
}

std::size_t ComparedTimes::rounds() const {
  const auto count = [](const std::vector<double>& side) {
    return std::count_if(side.begin(), side.end(), [](double seconds) { return seconds > 0.0; });
  };
  return static_cast<std::size_t>(std::min(count(base), count(one)));
}

MeanRatio ComparedTimes::mean_ratio() const {
  return pairing.paired ? paired_mean_ratio(base, one) : unpaired_mean_ratio(base, one);
}

ComparedTimes compared_times(const MeasuredCase& base, const MeasuredCase& one) {
  ComparedTimes times{pairing_of(base, one), {}, {}};
  if (!times.pairing.paired) {
    times.base = base.full_seconds;
    times.one = one.full_seconds;
    return times;
  }
  for (std::size_t i = 0; i < std::min(base.full_seconds.size(), one.full_seconds.size()); ++i) {
    if (!(base.full_seconds[i] > 0.0 && one.full_seconds[i] > 0.0)) continue;
    times.base.push_back(base.full_seconds[i]);
    times.one.push_back(one.full_seconds[i]);
  }
  return times;
}

}  // namespace scalemark::analysis
