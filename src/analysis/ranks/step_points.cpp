#include "analysis/ranks/step_points.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "analysis/advice/phase_sums.h"

namespace scalemark::analysis {
namespace {

using results::StepSamples;

/// The samples of an arm where every one of them was recorded.
const StepSamples* complete(const results::StepsByArm& by_arm, const std::string& arm) {
  const auto found = by_arm.find(arm);
  if (found == by_arm.end() || found->second.repetitions() == 0) return nullptr;
  const auto& seconds = found->second.seconds;
  return std::ranges::all_of(seconds, [](double value) { return std::isfinite(value); }) ? &found->second : nullptr;
}

std::optional<StepSamples> difference_of(const StepSamples* minuend, const StepSamples* subtrahend) {
  if (!minuend || !subtrahend || minuend->seconds.size() != subtrahend->seconds.size()) return std::nullopt;
  StepSamples result = *minuend;
  std::ranges::transform(result.seconds, subtrahend->seconds, result.seconds.begin(), std::minus<>());
  return result;
}

StepSamples repetition_of(const StepSamples& samples, std::int64_t repetition) {
  const auto size = static_cast<std::size_t>(samples.steps * samples.ranks);
  const auto part = std::span(samples.seconds).subspan(static_cast<std::size_t>(repetition) * size, size);
  return {samples.steps, samples.ranks, {part.begin(), part.end()}};
}

}  // namespace

std::optional<StepSamples> steps_without_waits(const results::CaseRecord& record, const std::string& arm) {
  return difference_of(complete(record.arms, arm), complete(record.input_wait_seconds, arm));
}

std::vector<double> backward_end_seconds(const results::CaseRecord& record, const std::string& arm) {
  const auto ends = difference_of(complete(record.backward_end_seconds, arm), complete(record.input_wait_seconds, arm));
  std::vector<double> seconds;
  for (std::int64_t repetition = 0; ends && repetition < ends->repetitions(); ++repetition) {
    seconds.push_back(mean_of_slowest(repetition_of(*ends, repetition)));
  }
  return seconds;
}

}  // namespace scalemark::analysis
