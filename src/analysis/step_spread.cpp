#include "analysis/step_spread.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "analysis/ranks/spikes.h"
#include "core/quantity_text.h"
#include "core/statistics.h"
#include "results/case_summary.h"

namespace scalemark::analysis {
namespace {

using Steps = std::vector<double>;

constexpr double kLeastExcess = 0.02;  // of the time, to be worth a word
constexpr double kLeastBeyond = 2.0;   // steps that a percentile needs beyond it

double average(const Steps& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double sum_of_squares(const Steps& values) {
  const double middle = average(values);
  double squares = 0.0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  return squares;
}

double percentile(const Steps& steps, double p) {
  const bool enough = static_cast<double>(steps.size()) * (1.0 - p) >= kLeastBeyond - 1e-9;
  return enough ? quantile(steps, p) : results::kNotMeasured;
}

/// The times that the repetitions' steps add up to.
struct Sums {
  Steps all;                  // of all repetitions
  Steps means;                // [repetition] of the time that passed
  double squares = 0.0;       // around the means
  double excess = 0.0;        // seconds beyond the repetitions' medians
  double stall_excess = 0.0;  // of the steps that stand out, over their medians
  std::int64_t stalls = 0;

  void add(const Steps& steps, double mean) {
    all.insert(all.end(), steps.begin(), steps.end());
    means.push_back(mean);
    squares += sum_of_squares(steps);
    const double middle = median(steps);
    excess += (mean - middle) * static_cast<double>(steps.size());
    const double threshold = spike_threshold(steps);
    for (const double step : steps) {
      if (!(step > threshold)) continue;
      ++stalls;
      stall_excess += step / middle;
    }
  }
};

std::string finding_of(const StepSpread& spread, const Sums& sums) {
  const auto percent = [](double fraction) { return to_text(fraction, Unit::kFraction); };
  if (spread.excess_fraction < -kLeastExcess) {
    return fmt::format("the mean is {} below the typical step: some steps are much shorter",
                       percent(-spread.excess_fraction));
  }
  if (!(spread.excess_fraction > kLeastExcess)) return "";
  if (sums.stalls == 0) {
    return fmt::format("{} of the time is beyond the typical step; no single step stands out",
                       percent(spread.excess_fraction));
  }
  return fmt::format("{} of the time goes into stalls: {} of {} steps ({}) take {:.1f} times the typical one",
                     percent(spread.excess_fraction), sums.stalls, spread.steps,
                     sums.stalls == 1 ? "once"
                                      : fmt::format("one in {}", std::llround(static_cast<double>(spread.steps) /
                                                                              static_cast<double>(sums.stalls))),
                     sums.stall_excess / static_cast<double>(sums.stalls));
}

}  // namespace

std::optional<StepSpread> step_spread(const MeasuredCase& one) {
  const auto full = one.record->arms.find("full");
  if (!one.ok() || full == one.record->arms.end()) return std::nullopt;
  Sums sums;
  for (std::int64_t repetition = 0; repetition < full->second.repetitions(); ++repetition) {
    const double mean = one.full_seconds[static_cast<std::size_t>(repetition)];
    if (std::isfinite(mean)) sums.add(results::slowest_of_steps(full->second, repetition), mean);
  }
  if (sums.all.empty()) return std::nullopt;
  StepSpread spread;
  spread.key = one.key;
  spread.steps = static_cast<std::int64_t>(sums.all.size());
  const auto count = static_cast<double>(sums.all.size());
  const auto repetitions = static_cast<double>(sums.means.size());
  spread.mean_seconds = average(sums.means);
  spread.p50_seconds = median(sums.all);
  spread.p95_seconds = percentile(sums.all, 0.95);
  spread.p99_seconds = percentile(sums.all, 0.99);
  spread.slowest_seconds = quantile(sums.all, 1.0);
  spread.within_fraction = std::sqrt(sums.squares / (count - repetitions)) / spread.mean_seconds;
  spread.between_fraction = std::sqrt(sum_of_squares(sums.means) / (repetitions - 1.0)) / spread.mean_seconds;
  spread.excess_fraction = sums.excess / (count * spread.mean_seconds);
  spread.stalls = sums.stalls;
  spread.finding = finding_of(spread, sums);
  return spread;
}

}  // namespace scalemark::analysis
