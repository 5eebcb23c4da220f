#include "analysis/ranks/spikes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "analysis/ranks/rank_times.h"
#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

constexpr double kLeastRatio = 1.25;
constexpr double kDeviations = 6.0;
constexpr double kNormalDeviation = 1.4826;  // a normal law's standard deviation over its median absolute deviation
constexpr double kRegularShare = 0.8;

double median_absolute_deviation(const std::vector<double>& values, double middle) {
  std::vector<double> deviations;
  deviations.reserve(values.size());
  for (const double value : values) deviations.push_back(std::abs(value - middle));
  return median(deviations);
}

/// The distance that at least 80 % of the gaps keep, to within a step or 15 %; 0 where there is none.
std::int64_t period_of(const std::vector<double>& gaps) {
  if (gaps.size() < 2) return 0;
  const double typical = median(gaps);
  const double tolerance = std::max(1.0, 0.15 * typical);
  if (typical < 3.0) return 0;  // of neighbours every distance is within a step of another
  const auto regular =
      std::count_if(gaps.begin(), gaps.end(), [&](double gap) { return std::abs(gap - typical) <= tolerance; });
  const bool most = static_cast<double>(regular) >= kRegularShare * static_cast<double>(gaps.size());
  return most ? std::llround(typical) : 0;
}

/// The spikes of all repetitions, one after the other.
struct Found {
  std::vector<double> excess;  // seconds above the median step of the repetition
  std::vector<double> gaps;    // steps between neighbours of one repetition
  double total_seconds = 0.0;

  void add(const std::vector<double>& steps) {
    const double middle = median(steps);
    const double threshold = spike_threshold(steps);
    double last = -1.0;
    for (std::size_t step = 0; step < steps.size(); ++step) {
      total_seconds += steps[step];
      if (!(steps[step] > threshold)) continue;
      excess.push_back(steps[step] - middle);
      const auto position = static_cast<double>(step);
      if (last >= 0.0) gaps.push_back(position - last);
      last = position;
    }
  }
};

}  // namespace

double spike_threshold(const std::vector<double>& steps) {
  const double middle = median(steps);
  const double spread = kDeviations * kNormalDeviation * median_absolute_deviation(steps, middle);
  return std::max(kLeastRatio * middle, middle + spread);
}

std::string spike_criterion() {
  return fmt::format("take {} times the median step of their repetition and lie {:.0f} standard deviations above it",
                     kLeastRatio, kDeviations);
}

Spikes spikes_of(const results::StepSamples& samples, std::int64_t rank) {
  Found found;
  for (std::int64_t repetition = 0; repetition < samples.repetitions(); ++repetition)
    found.add(steps_of(samples, repetition, rank));
  const double lost = std::accumulate(found.excess.begin(), found.excess.end(), 0.0);
  Spikes spikes;
  spikes.count = static_cast<std::int64_t>(found.excess.size());
  spikes.steps = samples.steps * samples.repetitions();
  spikes.period_steps = period_of(found.gaps);
  spikes.typical_excess_seconds = found.excess.empty() ? 0.0 : median(found.excess);
  spikes.lost_share = found.total_seconds > 0.0 ? lost / found.total_seconds : 0.0;
  return spikes;
}

}  // namespace scalemark::analysis
