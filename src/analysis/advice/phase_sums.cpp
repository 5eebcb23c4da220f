#include "analysis/advice/phase_sums.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <vector>

namespace scalemark::analysis {
namespace {

using results::StepSamples;

double mean_of_values(std::span<const double> values) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  return count == 0 ? results::kNotMeasured : sum / static_cast<double>(count);
}

/// Mean over the steps of what `choose` makes of the ranks of each.
double mean_over_steps(const StepSamples& samples, const std::function<double(std::span<const double>)>& choose) {
  const auto ranks = static_cast<std::size_t>(samples.ranks);
  const std::span<const double> all = samples.seconds;
  std::vector<double> steps;
  for (std::size_t begin = 0; ranks > 0 && begin + ranks <= all.size(); begin += ranks) {
    steps.push_back(choose(all.subspan(begin, ranks)));
  }
  return mean_of_values(steps);
}

}  // namespace

StepSamples phase_sum(const results::CaseRecord& record, std::initializer_list<std::string_view> names) {
  StepSamples sum;
  for (const std::string_view name : names) {
    const auto found = std::find(record.phase_names.begin(), record.phase_names.end(), name);
    const auto index = static_cast<std::size_t>(found - record.phase_names.begin());
    if (index >= record.phase_seconds.size()) continue;
    const StepSamples& phase = record.phase_seconds[index];
    if (sum.seconds.empty()) {
      sum = phase;
    } else if (sum.seconds.size() == phase.seconds.size()) {
      std::transform(sum.seconds.begin(), sum.seconds.end(), phase.seconds.begin(), sum.seconds.begin(), std::plus<>());
    } else {
      return {};
    }
  }
  return sum;
}

double mean_of_all(const StepSamples& samples) { return mean_of_values(samples.seconds); }

double mean_of_slowest(const StepSamples& samples) {
  return mean_over_steps(samples, [](auto ranks) { return *std::max_element(ranks.begin(), ranks.end()); });
}

double mean_of_fastest(const StepSamples& samples) {
  return mean_over_steps(samples, [](auto ranks) { return *std::min_element(ranks.begin(), ranks.end()); });
}

double mean_skew(const StepSamples& samples) {
  double fastest = results::kNotMeasured;
  for (std::size_t rank = 0; rank < static_cast<std::size_t>(samples.ranks); ++rank) {
    fastest = std::fmin(fastest, mean_over_steps(samples, [rank](auto ranks) { return ranks[rank]; }));
  }
  return mean_of_slowest(samples) - fastest;
}

}  // namespace scalemark::analysis
