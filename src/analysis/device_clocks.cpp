#include "analysis/device_clocks.h"

#include <algorithm>
#include <cmath>

#include "core/statistics.h"

namespace scalemark::analysis {

std::vector<double> device_clocks(const results::CaseRecord& record) {
  const auto& hertz = record.machine.sm_clock_hertz;
  const auto ranks = static_cast<std::size_t>(std::max<std::int64_t>(record.machine.ranks, 0));
  std::vector<std::vector<double>> by_rank(ranks);
  for (std::size_t i = 0; ranks > 0 && i < hertz.size(); ++i) {
    if (std::isfinite(hertz[i])) by_rank[i % ranks].push_back(hertz[i]);
  }
  std::vector<double> clocks;
  clocks.reserve(ranks);
  for (const auto& series : by_rank) clocks.push_back(median(series));
  return clocks;
}

double lowest_device_clock(const results::CaseRecord& record) {
  double lowest = results::kNotMeasured;
  for (const double clock : device_clocks(record)) lowest = std::fmin(lowest, clock);
  return lowest;
}

}  // namespace scalemark::analysis
