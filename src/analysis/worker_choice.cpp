#include "analysis/worker_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/breakdown.h"
#include "analysis/pairing.h"
#include "core/quantity_text.h"

namespace scalemark::analysis {
namespace {

constexpr double kLeastWaiting = 0.02;         // of a step, to be worth winning back
constexpr double kSameWithoutInterval = 1.01;  // of the step time, where a single repetition gives no interval

using Cases = std::vector<const MeasuredCase*>;

int workers_of(const MeasuredCase* one) { return one->row.loader_workers; }

bool as_fast_as(const MeasuredCase& one, const MeasuredCase& fastest) {
  const Interval time = compared_times(one, fastest).ratio();
  return std::isfinite(time.low) ? time.low <= 1.0 : time.estimate <= kSameWithoutInterval;
}

double waiting_fraction(const MeasuredCase& one) {
  const auto phases = phase_breakdown(one);
  if (!phases) return results::kNotMeasured;
  const auto load = std::ranges::find(phases->names, "load");
  if (load == phases->names.end()) return results::kNotMeasured;
  return phases->seconds[static_cast<std::size_t>(load - phases->names.begin())] / phases->step_seconds;
}

std::string reason(double waiting, bool is_most) {
  const std::string share = to_text(waiting, Unit::kFraction);
  if (waiting < kLeastWaiting)
    return fmt::format("only {} of its step waits for data: more workers cannot gain more", share);
  if (is_most) return "more were not tried";
  if (!std::isfinite(waiting)) return "more workers are no faster; without a phase pass the cause is unknown";
  return fmt::format(
      "more workers are no faster, although {} of its step waits for data: they share its processors and storage",
      share);
}

WorkerChoice choice_among(Cases cases) {
  std::ranges::sort(cases, {}, workers_of);
  const auto rate = [](const MeasuredCase* one) { return one->row.images_per_second; };
  const MeasuredCase* fastest = *std::ranges::max_element(cases, {}, rate);
  const MeasuredCase* best =
      *std::ranges::find_if(cases, [fastest](const MeasuredCase* one) { return as_fast_as(*one, *fastest); });
  WorkerChoice choice{best->key, {}, workers_of(best), rate(best), waiting_fraction(*best), ""};
  for (const auto* one : cases) choice.counts.push_back(workers_of(one));
  choice.why = reason(choice.waiting_fraction, choice.best == choice.counts.back());
  return choice;
}

}  // namespace

std::vector<WorkerChoice> worker_choices(const std::vector<ChangedPair>& pairs) {
  std::vector<Cases> sweeps;
  for (const auto& pair : pairs) {
    if (pair.key != "loader.workers") continue;
    const auto sweep = std::ranges::find(sweeps, pair.without, [](const Cases& cases) { return cases.front(); });
    if (sweep != sweeps.end()) {
      sweep->push_back(pair.with);
    } else {
      sweeps.push_back({pair.without, pair.with});
    }
  }
  std::vector<WorkerChoice> choices;
  for (const auto& sweep : sweeps) {
    if (sweep.size() > 2) choices.push_back(choice_among(sweep));
  }
  return choices;
}

}  // namespace scalemark::analysis
