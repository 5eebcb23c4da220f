#include "analysis/energy.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "core/units.h"

namespace scalemark::analysis {
namespace {

/// The counters move ten times a second: over this time what they lag behind is at most a tenth.
constexpr double kShortestSeconds = 1;

/// That the energy of a repetition was counted over.
double timed_seconds(const results::CaseRecord& record) {
  const auto full = record.arms.find("full");
  return full == record.arms.end() ? 0 : static_cast<double>(full->second.steps) * record.row.step_seconds;
}

}  // namespace

std::optional<EnergyUse> energy_use(const MeasuredCase& one) {
  const auto& machine = one.record->machine;
  const auto ranks = static_cast<std::ptrdiff_t>(machine.ranks);
  std::vector<double> step_joules;  // [repetition] of all ranks
  for (auto begin = machine.step_joules.begin(); ranks > 0 && machine.step_joules.end() - begin >= ranks;
       begin += ranks) {
    const double sum = std::accumulate(begin, begin + ranks, 0.0);
    if (!std::isnan(sum)) step_joules.push_back(sum);
  }
  if (!one.ok() || step_joules.empty() || one.key.global_batch < 1) return std::nullopt;
  if (const double seconds = timed_seconds(*one.record); seconds < kShortestSeconds) {
    constexpr double kUnknown = results::kNotMeasured;
    return EnergyUse{one.key,
                     {kUnknown, kUnknown, kUnknown},
                     kUnknown,
                     kUnknown,
                     fmt::format("withheld: {} of steps are too short for the counter; raise measure.steps",
                                 format_seconds(seconds))};
  }
  std::vector<double> image_joules;
  image_joules.reserve(step_joules.size());
  for (const double joules : step_joules) image_joules.push_back(joules / static_cast<double>(one.key.global_batch));
  EnergyUse use{one.key, interval_of_median(image_joules), median(step_joules), 0, {}};
  use.watts_per_gpu = use.joules_per_step / one.record->row.step_seconds / static_cast<double>(machine.ranks);
  return use;
}

}  // namespace scalemark::analysis
