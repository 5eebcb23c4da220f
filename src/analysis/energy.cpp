#include "analysis/energy.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "core/units.h"

namespace scalemark::analysis {
namespace {

/// The counters move ten times a second: over this time what they lag behind is at most a tenth.
constexpr double kShortestSeconds = 1;

/// Duration over which the energy of a repetition was counted.
double timed_seconds(const MeasuredCase& one) {
  const auto full = one.record->arms.find("full");
  return full == one.record->arms.end() ? 0 : static_cast<double>(full->second.steps) * one.row.step_mean_seconds;
}

/// [repetition] Of all ranks together, per step; without the repetitions in which a rank's was not measured.
std::vector<double> step_joules_of(const results::MachineSamples& machine) {
  const auto ranks = static_cast<std::ptrdiff_t>(machine.ranks);
  std::vector<double> step_joules;
  for (auto begin = machine.step_joules.begin(); ranks > 0 && machine.step_joules.end() - begin >= ranks;
       begin += ranks) {
    const double sum = std::accumulate(begin, begin + ranks, 0.0);
    if (!std::isnan(sum)) step_joules.push_back(sum);
  }
  return step_joules;
}

EnergyUse withheld(const MeasuredCase& one, double seconds) {
  constexpr double kUnknown = results::kNotMeasured;
  return {
      one.key,
      {kUnknown, kUnknown, kUnknown},
      kUnknown,
      kUnknown,
      fmt::format("withheld: {} of steps are too short for the counter; raise measure.steps", format_seconds(seconds))};
}

}  // namespace

std::optional<EnergyUse> energy_use(const MeasuredCase& one) {
  const std::vector<double> step_joules = step_joules_of(one.record->machine);
  if (!one.ok() || step_joules.empty() || one.key.global_batch < 1) return std::nullopt;
  if (const double seconds = timed_seconds(one); seconds < kShortestSeconds) return withheld(one, seconds);
  const Interval joules = interval_of_mean(step_joules);
  EnergyUse use{one.key, scaled(joules, 1.0 / static_cast<double>(one.key.global_batch)), joules.estimate, 0, {}};
  use.watts_per_gpu = use.joules_per_step / one.row.step_mean_seconds / static_cast<double>(one.record->machine.ranks);
  return use;
}

}  // namespace scalemark::analysis
