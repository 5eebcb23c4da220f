#include "analysis/scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "analysis/device_clocks.h"
#include "analysis/measured_epochs.h"
#include "analysis/pairing.h"
#include "analysis/published_figures.h"
#include "core/quantity_text.h"

namespace scalemark::analysis {
namespace {

using Series = std::vector<const MeasuredCase*>;

std::int64_t fixed_batch(ScalingKind kind, const MeasuredCase& one) {
  return kind == ScalingKind::kFixedGlobalBatch ? one.key.global_batch : batch_per_device(one.key);
}

/// Series in the order of their batch and then of their first case; each sorted by devices.
std::vector<Series> series_of(ScalingKind kind, std::span<const MeasuredCase> cases) {
  std::map<std::pair<std::int64_t, Signature>, std::size_t> index;
  std::vector<Series> series;
  for (const auto& one : cases) {
    const auto [found, inserted] = index.try_emplace({fixed_batch(kind, one), one.signature}, series.size());
    if (inserted) series.emplace_back();
    series[found->second].push_back(&one);
  }
  for (auto& each : series) {
    std::stable_sort(each.begin(), each.end(), [](auto* a, auto* b) { return scale_of(a->key) < scale_of(b->key); });
  }
  std::stable_sort(series.begin(), series.end(), [kind](const Series& a, const Series& b) {
    return fixed_batch(kind, *a.front()) < fixed_batch(kind, *b.front());
  });
  return series;
}

/// The ok case at the fewest ranks; of several, the one in the same mode, and of these the one of the same file.
const MeasuredCase* baseline_for(const MeasuredCase& one, const Series& series) {
  const auto likeness = [&one](const MeasuredCase& candidate) {
    return std::pair(candidate.row.mode == one.row.mode, candidate.file_index == one.file_index);
  };
  const MeasuredCase* best = nullptr;
  for (const MeasuredCase* candidate : series) {
    if (!candidate->ok()) continue;
    if (best && scale_of(candidate->key) > scale_of(best->key)) break;
    if (!best || likeness(*candidate) > likeness(*best)) best = candidate;
  }
  return best;
}

/// The case at fewer ranks and the same batch that differs least, and in what: why it is no baseline.
std::optional<std::string> nearest_mismatch(ScalingKind kind, const MeasuredCase& one,
                                            std::span<const MeasuredCase> cases) {
  // Enough to look at: a file of thousands of cases, each another work, would take the square of its size.
  constexpr int kMostCandidates = 100;
  const MeasuredCase* nearest = nullptr;
  std::vector<std::string> fewest;
  int looked_at = 0;
  for (const auto& candidate : cases) {
    if (scale_of(candidate.key) >= scale_of(one.key) || fixed_batch(kind, candidate) != fixed_batch(kind, one))
      continue;
    if (++looked_at > kMostCandidates) break;
    auto found = differences(candidate.signature, one.signature);
    if (found.empty() || (nearest && found.size() >= fewest.size())) continue;
    nearest = &candidate;
    fewest = std::move(found);
  }
  if (!nearest) return std::nullopt;
  return fmt::format("{} at {} differs in {}", nearest->key.name,
                     counted(static_cast<std::size_t>(scale_of(nearest->key)), scale_unit(nearest->key)),
                     fmt::join(fewest, "; "));
}

double units_of_work(ScalingKind kind, const MeasuredCase& one) {
  return kind == ScalingKind::kFixedDataSet ? steps_per_epoch(one.record->images, one.key.global_batch) : 1.0;
}

double images_per_second_of(const MeasuredCase& one, double step_seconds) {
  return one.key.global_batch > 0 ? static_cast<double>(one.key.global_batch) / step_seconds : results::kNotMeasured;
}

ScalingRow plain_row(ScalingKind kind, const MeasuredCase& one) {
  const results::CaseRow& row = one.row;
  ScalingRow result;
  result.key = one.key;
  result.images_per_second = row.images_per_second;
  result.typical_step = {row.step_seconds, row.step_seconds_low, row.step_seconds_high};
  if (one.published()) {
    result.seconds = published_seconds(kind, *one.record);
    result.published = true;
    return result;
  }
  result.seconds =
      scaled({row.step_mean_seconds, row.step_mean_seconds_low, row.step_mean_seconds_high}, units_of_work(kind, one));
  if (kind == ScalingKind::kFixedDataSet) take_measured_epochs(one, result);
  return result;
}

/// What the work of the two sides was: their ratio of global batches for an epoch, ranks for weak scaling, 1 for a
/// step.
double work_ratio(ScalingKind kind, const MeasuredCase& base, const MeasuredCase& one) {
  switch (kind) {
    case ScalingKind::kFixedDataSet:
    case ScalingKind::kFixedWorkPerRank:
      return static_cast<double>(one.key.global_batch) / static_cast<double>(base.key.global_batch);
    case ScalingKind::kFixedGlobalBatch:
      break;
  }
  return 1.0;
}

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + "; " + second;
}

std::string caveat_of(ScalingKind kind, const MeasuredCase& base, const MeasuredCase& one) {
  std::vector<std::string> caveats;
  if (base.published() && one.published()) caveats.push_back(published_caveat(kind, *base.record, *one.record));
  if (scale_of(base.key) > 1)
    caveats.push_back(fmt::format("relative to {} {}s, not to 1", scale_of(base.key), scale_unit(base.key)));
  std::set<std::string> hosts;
  for (const auto& rank : one.record->rank_rows) hosts.insert(rank.host);
  hosts.erase("");  // not recorded
  if (!hosts.empty() && runs_on_cpu(*one.record) && hosts.size() < one.record->rank_rows.size()) {
    caveats.emplace_back("the ranks are processes that share a host's cores and memory");
  }
  if (scale_of(one.key) > one.key.ranks && runs_on_cpu(*one.record))
    caveats.emplace_back("the devices are threads that share a host's cores and memory");
  return fmt::format("{}", fmt::join(caveats, "; "));
}

/// Over which repetitions the row is, where the baseline's or the case's own rows hold more.
std::string repetitions_remark(const MeasuredCase& base, const MeasuredCase& one, const ComparedTimes& times) {
  if (!times.pairing.paired)
    return fmt::format("not paired, since {}: the drift between them is not in the interval", times.pairing.reason);
  const std::size_t most = std::max(base.full_seconds.size(), one.full_seconds.size());
  if (times.one.size() == most) return "";
  return fmt::format("from the {} repetitions that both cases have, of {} and {} measured", times.one.size(),
                     base.full_seconds.size(), one.full_seconds.size());
}

/// Fills the row's own times over the repetitions behind its ratio, so that its numbers follow from each other.
void take_times(ScalingKind kind, const MeasuredCase& base, const MeasuredCase& one, const ComparedTimes& times,
                ScalingRow& row) {
  const Interval step = interval_of_mean(times.one);
  const double base_step = interval_of_mean(times.base).estimate;
  row.seconds = scaled(step, units_of_work(kind, one));
  row.images_per_second = images_per_second_of(one, step.estimate);
  row.baseline_seconds = units_of_work(kind, base) * base_step;
  row.baseline_images_per_second = images_per_second_of(base, base_step);
  row.paired = times.pairing.paired;
  row.rounds = times.rounds();
  if (row.of_measured_epochs) row.caveat = "the epochs are estimated, since the baseline measured none";
  row.of_measured_epochs = false;
}

/// The part of the work that does not become faster with more ranks, if nothing else held it up: Karp and Flatt,
/// Communications of the ACM 33 (1990).
Interval serial_fraction_of(const Interval& speedup, double rank_ratio) {
  const auto fraction = [rank_ratio](double speed) {
    return (1.0 / speed - 1.0 / rank_ratio) / (1.0 - 1.0 / rank_ratio);
  };
  return {fraction(speedup.estimate), fraction(speedup.high), fraction(speedup.low)};
}

/// base / one of a step.
Interval step_ratio_of(ScalingKind kind, const MeasuredCase& base, const MeasuredCase& one, ScalingRow& row) {
  row.published = base.published() && one.published();
  if (row.published)
    return {published_step_ratio(kind, *base.record, *one.record), results::kNotMeasured, results::kNotMeasured};
  const ComparedTimes times = compared_times(base, one);
  const Interval ratio = times.ratio();
  if (!std::isfinite(ratio.estimate)) return ratio;
  take_times(kind, base, one, times, row);
  row.caveat = joined(row.caveat, repetitions_remark(base, one, times));
  return ratio;
}

/// GPUs that run at lower clocks together than alone lose efficiency to power or heat, which no arm shows.
void compare_clocks(const MeasuredCase& base, const MeasuredCase& one, ScalingRow& row) {
  constexpr double kNoticed = 0.01;
  row.clock_ratio = lowest_device_clock(*one.record) / lowest_device_clock(*base.record);
  row.efficiency_at_equal_clocks = row.efficiency.estimate / row.clock_ratio;
  if (!(std::abs(row.clock_ratio - 1.0) > kNoticed)) return;
  row.caveat = joined(row.caveat, fmt::format("the GPUs run at {:.1f} % of the baseline's clock: at equal clocks the "
                                              "efficiency of compute would be {:.1f} %",
                                              100 * row.clock_ratio, 100 * row.efficiency_at_equal_clocks));
}

/// Of measured epochs where the data set is fixed and both sides hold some, else what follows from the steps.
void take_speedup(ScalingKind kind, const MeasuredCase& base, const MeasuredCase& one, ScalingRow& row) {
  if (kind == ScalingKind::kFixedDataSet) take_measured_epochs(base, one, row);
  if (std::isfinite(row.speedup.estimate)) return;
  const Interval step_ratio = step_ratio_of(kind, base, one, row);
  if (std::isfinite(step_ratio.estimate)) {
    row.speedup = scaled(step_ratio, work_ratio(kind, base, one));
  } else {
    row.refusal =
        row.published ? "the two sides publish no time of the same kind" : "a side has no samples of the full arm";
  }
}

void compare(ScalingKind kind, const MeasuredCase& base, const MeasuredCase& one, ScalingRow& row) {
  const double rank_ratio = static_cast<double>(scale_of(one.key)) / static_cast<double>(scale_of(base.key));
  take_speedup(kind, base, one, row);
  if (!row.refusal.empty()) return;
  row.efficiency = scaled(row.speedup, 1.0 / rank_ratio);
  if (!std::isfinite(row.efficiency.estimate)) {
    row.speedup = row.efficiency = kNoInterval;
    row.refusal = "a side's ranks or batch are not recorded";
    return;
  }
  if (kind != ScalingKind::kFixedWorkPerRank && rank_ratio > 1.0)
    row.serial_fraction = serial_fraction_of(row.speedup, rank_ratio);
  row.caveat = joined(row.caveat, caveat_of(kind, base, one));
  compare_clocks(base, one, row);
}

std::string not_ok(const MeasuredCase& one) {
  const results::CaseRow& row = one.row;
  return fmt::format("{} is {}{}{}", one.key.name, results::status_text(row), row.reason.empty() ? "" : ": ",
                     row.reason);
}

ScalingRow row_in_series(ScalingKind kind, const MeasuredCase& one, const Series& series,
                         const std::optional<std::string>& mismatch) {
  ScalingRow row = plain_row(kind, one);
  const MeasuredCase* base = baseline_for(one, series);
  if (!one.ok()) {
    row.refusal = not_ok(one);
    return row;
  }
  row.baseline = base->key.name;
  row.baseline_ranks = scale_of(base->key);
  row.is_baseline = base == &one;
  if (!row.is_baseline) {
    compare(kind, *base, one, row);
    return row;
  }
  row.speedup.estimate = row.efficiency.estimate = 1.0;
  if (scale_of(series.front()->key) < scale_of(one.key)) row.caveat = not_ok(*series.front());
  if (scale_of(one.key) > 1 && mismatch) row.caveat = *mismatch;
  return row;
}

}  // namespace

double steps_per_epoch(std::int64_t images, std::int64_t global_batch) {
  if (global_batch <= 0 || images <= 0) return results::kNotMeasured;
  return static_cast<double>(images) / static_cast<double>(global_batch);
}

std::vector<ScalingRow> scaling_rows(ScalingKind kind, std::span<const MeasuredCase> cases) {
  std::vector<ScalingRow> rows;
  for (const Series& series : series_of(kind, cases)) {
    const bool single = scale_of(series.front()->key) == scale_of(series.back()->key);
    const auto mismatch = nearest_mismatch(kind, *series.front(), cases);
    if (single && !mismatch) continue;
    for (const MeasuredCase* one : series) {
      if (!single) {
        rows.push_back(row_in_series(kind, *one, series, mismatch));
        continue;
      }
      rows.push_back(plain_row(kind, *one));
      rows.back().refusal = one->ok() ? *mismatch : not_ok(*one);
    }
  }
  return rows;
}

}  // namespace scalemark::analysis
