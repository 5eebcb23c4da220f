#include "analysis/ranks/rank_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/ranks/rank_times.h"
#include "analysis/ranks/slowest_rank.h"
#include "analysis/ranks/spikes.h"
#include "analysis/significance.h"
#include "analysis/trend.h"
#include "core/holm.h"
#include "core/quantity_text.h"

namespace scalemark::analysis {
namespace {

constexpr double kLeastDrift = 0.02;
constexpr double kLeastSpikeShare = 0.01;
constexpr Interval kNotGiven{results::kNotMeasured, results::kNotMeasured, results::kNotMeasured};

RankFinding finding_of(const MeasuredCase& one, std::size_t rank, const std::string& kind) {
  RankFinding finding{one.key, static_cast<std::int32_t>(rank), "", "", "", kind, kNotGiven, ""};
  for (const auto& row : one.record->rank_rows) {
    if (row.rank != finding.rank) continue;
    finding.host = row.host;
    finding.device = row.device;
    finding.device_uuid = row.device_uuid;
  }
  return finding;
}

std::string seconds_text(const Interval& seconds) { return to_text(seconds, Unit::kSeconds); }

Interval excess_of(const SecondsByRank& seconds, std::size_t rank) {
  return interval_of_difference(series_of_rank(seconds, rank), median_of_others(seconds, rank));
}

/// ", most of it in backward (46.0 ms)": the phase in which `rank` is later than the others by the most.
std::string worst_phase(const results::CaseRecord& record, std::size_t rank, const std::vector<std::string>& phases) {
  std::string worst;
  Interval most{0.0, 0.0, 0.0};
  for (const auto& phase : phases) {
    const SecondsByRank seconds = phase_by_rank(record, phase);
    if (seconds.empty() || seconds.front().size() <= rank || seconds.front().size() < 2) continue;
    const Interval excess = excess_of(seconds, rank);
    if (!(excess.estimate > most.estimate)) continue;
    worst = phase;
    most = excess;
  }
  return worst.empty() ? "" : fmt::format(", most of it in {} ({})", worst, to_text(most.estimate, Unit::kSeconds));
}

std::optional<RankFinding> slow_compute(const MeasuredCase& one, const RankCompute& compute) {
  const auto rank = slowest_rank(compute.typical);
  if (!rank) return std::nullopt;
  RankFinding finding = finding_of(one, *rank, "slow compute");
  finding.excess_seconds = excess_of(compute.typical, *rank);
  const double others = median(median_of_others(compute.typical, *rank));
  finding.text = fmt::format("without reduction it computes {} a step longer than the other ranks ({:+.0f} %){}",
                             seconds_text(finding.excess_seconds), 100 * finding.excess_seconds.estimate / others,
                             worst_phase(*one.record, *rank, {"forward", "backward", "optimizer"}));
  return finding;
}

std::optional<RankFinding> late_first_bucket(const MeasuredCase& one) {
  const SecondsByRank arrival = first_bucket_seconds(one);
  const auto rank = slowest_rank(arrival);
  if (!rank) return std::nullopt;
  RankFinding finding = finding_of(one, *rank, "late at the first bucket");
  finding.excess_seconds = excess_of(arrival, *rank);
  finding.text = fmt::format("its first bucket is ready {} later in its step than those of the other ranks{}",
                             seconds_text(finding.excess_seconds),
                             worst_phase(*one.record, *rank, {"load", "transfer", "forward", "backward"}));
  return finding;
}

/// [rank] The trend of its steps over the repetitions; the p-values are adjusted by Holm over the ranks.
std::vector<Trend> rank_trends(const SecondsByRank& typical) {
  std::vector<Trend> trends;
  for (std::size_t rank = 0; rank < typical.front().size(); ++rank)
    trends.push_back(trend_of(series_of_rank(typical, rank)));
  adjust_by_holm(trends);
  return trends;
}

/// The one rank whose steps become longer from repetition to repetition by the most.
std::optional<RankFinding> drift(const MeasuredCase& one, const SecondsByRank& typical) {
  std::optional<RankFinding> worst;
  double most = kLeastDrift;
  const std::vector<Trend> trends = rank_trends(typical);
  for (std::size_t rank = 0; rank < trends.size(); ++rank) {
    const Trend& trend = trends[rank];
    if (trend.p_value >= kSignificance || std::abs(trend.relative_change) <= most) continue;
    most = std::abs(trend.relative_change);
    worst = finding_of(one, rank, "drift");
    worst->excess_seconds.estimate = trend.relative_change * median(series_of_rank(typical, rank));
    worst->text = fmt::format("its steps changed by {:+.1f} % from the first to the last repetition (p = {:.2g}){}",
                              100 * trend.relative_change, trend.p_value,
                              runs_on_cpu(*one.record) ? "" : ": a device that warms up or lowers its clocks does so");
  }
  return worst;
}

/// The rank that loses the most to single long steps.
std::optional<RankFinding> spikes(const MeasuredCase& one, const results::StepSamples& samples) {
  std::optional<RankFinding> worst;
  double most = kLeastSpikeShare;
  for (std::int64_t rank = 0; rank < samples.ranks; ++rank) {
    const Spikes found = spikes_of(samples, rank);
    if (found.count < kFewestSpikes || !(found.lost_share > most)) continue;
    most = found.lost_share;
    const bool periodic = found.period_steps > 0;
    worst = finding_of(one, static_cast<std::size_t>(rank), periodic ? "periodic spikes" : "spikes");
    worst->excess_seconds.estimate = found.typical_excess_seconds;
    worst->text = fmt::format("{} of {} steps take {} longer than its median step{}; that is {:.1f} % of its time",
                              found.count, found.steps, to_text(found.typical_excess_seconds, Unit::kSeconds),
                              periodic ? fmt::format(", one about every {} steps", found.period_steps) : "",
                              100 * found.lost_share);
  }
  return worst;
}

void append(std::vector<RankFinding>& findings, std::optional<RankFinding> finding) {
  if (finding) findings.push_back(std::move(*finding));
}

/// The arm in which a rank's steps are its own: without reduction, or any where there is but one rank.
const results::StepSamples* own_steps(const MeasuredCase& one) {
  const auto arm = one.record->arms.find(one.key.ranks > 1 ? "no_sync" : "full");
  const bool usable = one.ok() && arm != one.record->arms.end() && arm->second.repetitions() > 0;
  return usable ? &arm->second : nullptr;
}

}  // namespace

std::string rank_criteria() {
  return fmt::format(
      "Ranks are compared by durations in which no rank waits for another, each by its own clock: the steps without "
      "reduction, minus the rank's input, and the time from the start of a step to its first ready bucket. A rank is "
      "named in three cases. Slow: its ratio to the median of the others is above {:.2f} (t test over the repetitions, "
      "p < {}). Drifting: its steps change by more than {:.0f} % over the repetitions (Mann-Kendall, p < {}; a drift "
      "cannot be tested below {} repetitions). Spikes: at least {} steps {}, which cost it more than {:.0f} % of its "
      "time. Holm's adjustment over the ranks keeps each of the first two tests from naming a rank in more than 5 % of "
      "healthy jobs. Of each kind the worst rank is named.",
      kLeastSlowdown, kSignificance, 100 * kLeastDrift, kSignificance, kFewestForDrift, kFewestSpikes,
      spike_criterion(), 100 * kLeastSpikeShare);
}

std::vector<RankFinding> rank_findings(const MeasuredCase& one) {
  std::vector<RankFinding> findings;
  if (const auto compute = rank_compute(one)) {
    append(findings, slow_compute(one, *compute));
  }
  append(findings, late_first_bucket(one));
  if (const auto* samples = own_steps(one)) {
    append(findings, drift(one, typical_seconds(*samples)));
    append(findings, spikes(one, *samples));
  }
  return findings;
}

std::string rank_name(const RankFinding& finding) {
  return fmt::format("rank {} ({}{}{})", finding.rank, finding.host.empty() ? "host not recorded" : finding.host,
                     finding.device_uuid.empty() ? "" : ", ", finding.device_uuid);
}

}  // namespace scalemark::analysis
