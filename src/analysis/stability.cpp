#include "analysis/stability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/breakdown.h"
#include "analysis/precision.h"
#include "analysis/shared_trend.h"
#include "analysis/significance.h"
#include "analysis/slow_mode.h"
#include "analysis/trend.h"
#include "core/quantity_text.h"
#include "core/serial_correlation.h"
#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

constexpr double kLargestChange = 0.02;
constexpr double kTrendSignificance = 0.01;
constexpr double kLargestFirstStep = 1.10;
constexpr double kLargestOtherLoad = 0.1;
constexpr double kMostSkippedSteps = 0.1;

/// [repetition][step] The step's time over its repetition's median.
std::vector<std::vector<double>> relative_steps(const results::StepSamples& samples) {
  std::vector<std::vector<double>> relative;
  for (std::int64_t repetition = 0; repetition < samples.repetitions(); ++repetition) {
    std::vector<double>& steps = relative.emplace_back();
    for (std::int64_t step = 0; step < samples.steps; ++step) {
      const auto begin = samples.seconds.begin() + (repetition * samples.steps + step) * samples.ranks;
      steps.push_back(*std::max_element(begin, begin + samples.ranks));
    }
    const double middle = median(steps);
    for (double& step : steps) step /= middle;
  }
  return relative;
}

/// The first step over its repetition's median, at the median of the repetitions; NaN where there is none.
double first_step(const std::vector<std::vector<double>>& relative) {
  std::vector<double> first;
  for (const auto& steps : relative) {
    if (steps.size() > 1) first.push_back(steps.front());
  }
  return median(first);
}

bool trends(const Trend& trend, double significance) {
  return trend.p_value < significance && std::abs(trend.relative_change) > kLargestChange;
}

/// Host by host, whether ranks that share it were given different numbers of threads.
bool threads_are_unequal(const results::CaseRecord& record) {
  std::map<std::string, std::set<std::int32_t>> threads;
  for (const auto& rank : record.rank_rows) threads[rank.host].insert(rank.threads);
  return std::any_of(threads.begin(), threads.end(), [](const auto& host) { return host.second.size() > 1; });
}

class Flags {
 public:
  explicit Flags(const CaseKey& key) : key_(key) {}
  void add(const std::string& kind, const std::string& text) { flags_.push_back({key_, kind, text}); }
  std::vector<ValidityFlag> take() { return std::move(flags_); }

 private:
  CaseKey key_;
  std::vector<ValidityFlag> flags_;
};

void flag_repetition_trends(const MeasuredCase& one, Flags& flags) {
  // Two tests of the same repetitions share their level.
  const double correlation = serial_correlation_p_value(one.full_seconds);
  const double level = std::isnan(correlation) ? kDriftSignificance : 0.5 * kDriftSignificance;
  const Trend drift = trend_of(one.full_seconds);
  if (trends(drift, level)) {
    flags.add("drift over repetitions", fmt::format("the step time changed by {:+.1f} % from the first to the last "
                                                    "repetition (p = {:.2g})",
                                                    100 * drift.relative_change, drift.p_value));
  }
  if (correlation < level) {
    flags.add(
        "correlated repetitions",
        fmt::format("each repetition is like the one before it (p = {:.2g}): the {} repetitions tell less than as "
                    "many independent ones, so intervals are widened",
                    correlation, one.full_seconds.size()));
  }
}

void flag_step_trends(const MeasuredCase& one, Flags& flags) {
  const auto full = one.record->arms.find("full");
  if (full == one.record->arms.end()) return;
  auto relative = relative_steps(full->second);
  if (const double first = first_step(relative); first > kLargestFirstStep) {
    flags.add(
        "warm-up",
        fmt::format("the first timed step takes {:.2f} times the median step: more warm-up steps are needed", first));
    for (auto& steps : relative) steps.erase(steps.begin());  // one long step is no trend of its own
  }
  const Trend trend = shared_trend(relative);
  if (trends(trend, kTrendSignificance)) {
    flags.add("trend within repetitions", fmt::format("the step time changed by {:+.1f} % from the first to the last "
                                                      "step of a repetition (p = {:.2g})",
                                                      100 * trend.relative_change, trend.p_value));
  }
}

/// The largest of the samples, with the repetition and rank that it belongs to.
struct Worst {
  double value = 0;
  std::size_t repetitions = 0;  ///< in which some rank exceeds the limit
  std::size_t rank = 0;
};

Worst worst_of(const std::vector<double>& values, std::int64_t ranks, double limit) {
  Worst worst;
  const auto count = static_cast<std::size_t>(ranks);
  for (std::size_t begin = 0; begin + count <= values.size() && count > 0; begin += count) {
    bool exceeds = false;
    for (std::size_t rank = 0; rank < count; ++rank) {
      const double value = values[begin + rank];
      if (value > limit) exceeds = true;
      if (value > worst.value) worst = {value, worst.repetitions, rank};
    }
    worst.repetitions += exceeds ? 1 : 0;
  }
  return worst;
}

/// ", on rank 3 (node2, GPU-1234)"
std::string place_of(const results::CaseRecord& record, std::size_t rank) {
  if (rank >= record.rank_rows.size()) return fmt::format("on rank {}", rank);
  const auto& row = record.rank_rows[rank];
  return fmt::format("on rank {} ({}{})", rank, row.host, row.device_uuid.empty() ? "" : ", " + row.device_uuid);
}

void flag_machine(const MeasuredCase& one, Flags& flags) {
  const auto& machine = one.record->machine;
  if (const Worst load = worst_of(machine.other_load_fraction, machine.ranks, kLargestOtherLoad);
      load.repetitions > 0) {
    flags.add(
        kOtherLoad,
        fmt::format("in {} repetition(s) other work took more than {:.0f} % of a host's processors, at most {:.0f} "
                    "%, {}",
                    load.repetitions, 100 * kLargestOtherLoad, 100 * load.value, place_of(*one.record, load.rank)));
  }
  for (const auto& [values, cause] :
       {std::pair{&machine.power_slowdown_fraction, "by the power cap or the power brake"},
        std::pair{&machine.thermal_slowdown_fraction, "by heat"}}) {
    const Worst slowdown = worst_of(*values, machine.ranks, 0.0);
    if (slowdown.repetitions == 0) continue;
    flags.add("clocks throttled", fmt::format("in {} repetition(s) the clocks were lowered {}, {}",
                                              slowdown.repetitions, cause, place_of(*one.record, slowdown.rank)));
  }
}

void flag_slow_mode(const MeasuredCase& one, Flags& flags) {
  const SlowMode slow = slow_mode(one.full_seconds);
  if (slow.repetitions == 0) return;
  const std::string fastest = fmt::format("{:.2f}", slow.fastest_ratio);
  const std::string slowest = fmt::format("{:.2f}", slow.slowest_ratio);
  flags.add("slow repetitions",
            fmt::format("{} of {} repetitions took {} times as long as the median one: they stay in the mean, and only "
                        "more repetitions tell how often that happens",
                        slow.repetitions, one.full_seconds.size(),
                        fastest == slowest ? slowest : fmt::format("{} to {}", fastest, slowest)));
}

/// Half the width of the interval of the mean, as a fraction of it.
double precision_of_mean(const std::vector<double>& seconds) {
  const Interval mean = interval_of_mean(seconds);
  return 0.5 * (mean.high - mean.low) / mean.estimate;
}

/// A job of `measure.repetitions: auto` measures until the precision is reached or its time is over: then nothing is
/// missing, and the precision says how far it came. Its pilot is a number of repetitions like any other.
void flag_missing_repetitions(const MeasuredCase& one, Flags& flags) {
  const std::size_t held = one.full_seconds.size();
  const auto planned = static_cast<std::size_t>(std::max<std::int64_t>(one.record->planned_repetitions, 0));
  if (held >= planned) return;
  const auto asked = asked_precision(one);
  if (!asked || !one.record->wanted_repetitions) {
    flags.add("missing repetitions", fmt::format("{} of {} repetitions were measured", held, planned));
    return;
  }
  const double reached = precision_of_mean(one.full_seconds);
  if (reached <= *asked) return;
  flags.add(
      "precision not reached",
      fmt::format("the job ended after {} of about {} repetitions: the step time is known to {:.2g} %, and {:.2g} "
                  "% was asked for",
                  held, planned, 100 * reached, 100 * *asked));
}

void flag_repetitions(const MeasuredCase& one, Flags& flags) {
  if (one.has_target()) return;  // its seeds are counted where its time is given
  const std::size_t held = one.full_seconds.size();
  flag_missing_repetitions(one, flags);
  if (held < 2) {
    flags.add("few repetitions", fmt::format("{} repetition(s): an interval needs at least 2", held));
  } else if (held < kFewestForDrift) {
    flags.add("independence assumed",
              fmt::format("every interval assumes that the {} repetitions are independent and do not drift, which "
                          "cannot be tested below {}",
                          held, kFewestForDrift));
  }
  if (one.record->interruptions > 0) {
    flags.add("interrupted", fmt::format("the job died {} time(s) while this case ran", one.record->interruptions));
  }
  if (const auto& skipped = one.record->skipped_images; !skipped.empty()) {
    flags.add("images skipped",
              fmt::format("{} image(s) could not be read; the first: {}", skipped.size(), skipped[0]));
  }
}

// A scale that is still being searched for leaves a few steps out; a network whose gradients overflow is not trained.
void flag_skipped_steps(const MeasuredCase& one, Flags& flags) {
  const double fraction = one.row.skipped_step_fraction;
  if (!(fraction > kMostSkippedSteps)) return;
  flags.add("steps skipped", fmt::format("{} of {} steps ({:.0f} %) left the parameters as they were, because fp16 "
                                         "gradients were not finite{}",
                                         *one.record->skipped_steps, one.record->loss.size(), 100 * fraction,
                                         fraction == 1 ? ": nothing was trained" : ""));
}

void flag_contradiction(const std::optional<ArmCost>& cost, const char* arm, Flags& flags) {
  if (!cost || !cost->contradictory()) return;
  const Interval longer{-cost->seconds.estimate, -cost->seconds.high, -cost->seconds.low};
  flags.add("arms contradict", fmt::format("the step takes {} longer in the arm {} than in full, where nothing is left "
                                           "out: something else changed between the arms",
                                           to_text(longer, Unit::kSeconds), arm));
}

}  // namespace

std::string stability_criteria() {
  return fmt::format(
      "A case is flagged for any of these reasons. The step time drifts over the repetitions (Mann-Kendall test, p < "
      "{}) or over the steps of a repetition (the mean of the repetitions' Theil-Sen slopes, Student's t, p < {}) by "
      "more than {:.0f} % in all. Of {} repetitions or more, each is like the one before it (lag-1 correlation, p < "
      "{}). The first timed step takes more than {:.2f} times the median step. Fewer repetitions than planned were "
      "measured, or, with measure.repetitions: auto, too few for the precision that was asked for. A few repetitions "
      "took more than {:.0f} % and {:.0f} robust standard deviations longer than the median one. Fewer than {} were "
      "measured, so that neither a drift nor their independence, which every interval assumes, can be tested. Other "
      "work took more than {:.0f} % of a host's processors during a repetition. Power or heat lowered a GPU's "
      "clocks. fp16's gradient scaler skipped more than {:.0f} % of the steps whose loss is recorded. A step takes "
      "longer without its reduction or its input than with it, by more than the noise and more than 1 %.",
      kDriftSignificance, kTrendSignificance, 100 * kLargestChange, kFewestForCorrelation, 0.5 * kDriftSignificance,
      kLargestFirstStep, 100 * kSlowExcess, kSlowDeviations, kFewestForDrift, 100 * kLargestOtherLoad,
      100 * kMostSkippedSteps);
}

std::vector<ValidityFlag> validity_flags(const MeasuredCase& one) {
  if (!one.ok()) return {};
  if (one.published()) {
    return {{one.key, "published", "a published figure without samples: nothing about its stability can be tested"}};
  }
  Flags flags(one.key);
  flag_repetition_trends(one, flags);
  flag_step_trends(one, flags);
  flag_slow_mode(one, flags);
  flag_repetitions(one, flags);
  flag_machine(one, flags);
  flag_skipped_steps(one, flags);
  flag_contradiction(input_cost(one), "cached_input", flags);
  flag_contradiction(exposed_communication(one), "no_sync", flags);
  if (runs_on_cpu(*one.record) && threads_are_unequal(*one.record)) {
    flags.add("unequal threads",
              "ranks that share a host's cores have different numbers of threads: the step waits for "
              "the rank with the fewest");
  }
  return flags.take();
}

}  // namespace scalemark::analysis
