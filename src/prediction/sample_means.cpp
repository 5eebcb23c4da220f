#include "prediction/sample_means.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "core/nan.h"

namespace scalemark::prediction {
namespace {

/// Unknown (NaN) where one rank's time is.
double slowest_of(std::span<const double> ranks) {
  const bool is_unknown = std::any_of(ranks.begin(), ranks.end(), [](double seconds) { return std::isnan(seconds); });
  return is_unknown ? kNaN : *std::max_element(ranks.begin(), ranks.end());
}

}  // namespace

std::vector<double> means_over_ranks(const results::StepSamples& samples) {
  std::vector<double> means;
  const auto size = static_cast<std::size_t>(samples.steps * samples.ranks);
  std::span<const double> rest = samples.seconds;
  for (std::int64_t r = 0; r < samples.repetitions(); ++r, rest = rest.subspan(size)) {
    const auto repetition = rest.first(size);
    means.push_back(std::accumulate(repetition.begin(), repetition.end(), 0.0) / static_cast<double>(size));
  }
  return means;
}

std::vector<std::vector<double>> slowest_ranks(const results::StepSamples& samples) {
  std::vector<std::vector<double>> slowest(static_cast<std::size_t>(samples.repetitions()));
  const auto ranks = static_cast<std::size_t>(samples.ranks);
  std::span<const double> rest = samples.seconds;
  for (auto& repetition : slowest) {
    for (std::int64_t step = 0; step < samples.steps; ++step, rest = rest.subspan(ranks))
      repetition.push_back(slowest_of(rest.first(ranks)));
  }
  return slowest;
}

}  // namespace scalemark::prediction
