#include "prediction/sample_means.h"

#include <numeric>
#include <span>

namespace scalemark::prediction {

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

}  // namespace scalemark::prediction
