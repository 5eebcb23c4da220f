#include "analysis/scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "analysis/published_figures.h"

namespace scalemark::analysis {
namespace {

using Series = std::vector<const MeasuredCase*>;

std::int64_t fixed_batch(ScalingKind kind, const MeasuredCase& one) {
  return kind == ScalingKind::kFixedGlobalBatch ? one.key.global_batch : one.key.batch_per_rank;
}

/// Series in the order of their batch and then of their first case; each sorted by ranks.
std::vector<Series> series_of(ScalingKind kind, std::span<const MeasuredCase> cases) {
  std::map<std::pair<std::int64_t, Signature>, std::size_t> index;
  std::vector<Series> series;
  for (const auto& one : cases) {
    const auto [found, inserted] = index.try_emplace({fixed_batch(kind, one), one.signature}, series.size());
    if (inserted) series.emplace_back();
    series[found->second].push_back(&one);
  }
  for (auto& each : series) {
    std::stable_sort(each.begin(), each.end(), [](auto* a, auto* b) { return a->key.ranks < b->key.ranks; });
  }
  std::stable_sort(series.begin(), series.end(), [kind](const Series& a, const Series& b) {
    return fixed_batch(kind, *a.front()) < fixed_batch(kind, *b.front());
  });
  return series;
}

/// The ok case at the fewest ranks; of several, the one in the same mode.
const MeasuredCase* baseline_for(const MeasuredCase& one, const Series& series) {
  const MeasuredCase* best = nullptr;
  for (const MeasuredCase* candidate : series) {
    if (!candidate->ok()) continue;
    if (best && candidate->key.ranks > best->key.ranks) break;
    if (!best ||
        (best->record->row.mode != one.record->row.mode && candidate->record->row.mode == one.record->row.mode)) {
      best = candidate;
    }
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
    if (candidate.key.ranks >= one.key.ranks || fixed_batch(kind, candidate) != fixed_batch(kind, one)) continue;
    if (++looked_at > kMostCandidates) break;
    auto found = differences(candidate.signature, one.signature);
    if (found.empty() || (nearest && found.size() >= fewest.size())) continue;
    nearest = &candidate;
    fewest = std::move(found);
  }
  if (!nearest) return std::nullopt;
  return fmt::format("{} at {} rank(s) differs in {}", nearest->key.name, nearest->key.ranks, fmt::join(fewest, "; "));
}

ScalingRow plain_row(ScalingKind kind, const MeasuredCase& one) {
  const results::CaseRow& row = one.record->row;
  ScalingRow result;
  result.key = one.key;
  result.images_per_second = row.images_per_second;
  if (one.published()) {
    result.seconds = published_seconds(kind, *one.record);
    return result;
  }
  const double steps =
      kind == ScalingKind::kFixedDataSet ? steps_per_epoch(one.record->images, one.key.global_batch) : 1.0;
  result.seconds = scaled({row.step_seconds, row.step_seconds_low, row.step_seconds_high}, steps);
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

std::size_t paired_rounds(const MeasuredCase& base, const MeasuredCase& one) {
  std::size_t rounds = 0;
  for (std::size_t i = 0; i < std::min(base.full_seconds.size(), one.full_seconds.size()); ++i) {
    if (base.full_seconds[i] > 0 && one.full_seconds[i] > 0) ++rounds;
  }
  return rounds;
}

std::string caveat_of(ScalingKind kind, const MeasuredCase& base, const MeasuredCase& one) {
  std::vector<std::string> caveats;
  if (base.published() && one.published()) caveats.push_back(published_caveat(kind, *base.record, *one.record));
  if (base.file_index != one.file_index) {
    caveats.emplace_back("the two sides are from different jobs: the interval leaves out the drift between them");
  }
  if (base.key.ranks > 1) caveats.push_back(fmt::format("relative to {} ranks, not to 1", base.key.ranks));
  std::set<std::string> hosts;
  for (const auto& rank : one.record->rank_rows) hosts.insert(rank.host);
  hosts.erase("");  // not recorded
  if (!hosts.empty() && runs_on_cpu(*one.record) && hosts.size() < one.record->rank_rows.size()) {
    caveats.emplace_back("the ranks are processes that share a host's cores and memory");
  }
  return fmt::format("{}", fmt::join(caveats, "; "));
}

Interval step_ratio_of(ScalingKind kind, const MeasuredCase& base, const MeasuredCase& one) {
  if (!base.published() || !one.published()) return interval_of_ratio(base.full_seconds, one.full_seconds);
  return {published_step_ratio(kind, *base.record, *one.record), results::kNotMeasured, results::kNotMeasured};
}

void compare(ScalingKind kind, const MeasuredCase& base, const MeasuredCase& one, ScalingRow& row) {
  const double rank_ratio = static_cast<double>(one.key.ranks) / static_cast<double>(base.key.ranks);
  const Interval step_ratio = step_ratio_of(kind, base, one);
  row.rounds = paired_rounds(base, one);
  row.published = base.published() && one.published();
  if (!std::isfinite(step_ratio.estimate)) {
    row.refusal =
        row.published ? "the two sides publish no time of the same kind" : "a side has no samples of the full arm";
    return;
  }
  row.speedup = scaled(step_ratio, work_ratio(kind, base, one));
  row.efficiency = scaled(row.speedup, 1.0 / rank_ratio);
  if (!std::isfinite(row.efficiency.estimate)) {
    row.speedup = row.efficiency = kNoInterval;
    row.refusal = "a side's ranks or batch are not recorded";
    return;
  }
  row.caveat = caveat_of(kind, base, one);
}

std::string not_ok(const MeasuredCase& one) {
  const results::CaseRow& row = one.record->row;
  return fmt::format("{} is {}{}{}", one.key.name, results::to_string(row.status), row.reason.empty() ? "" : ": ",
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
  row.baseline_ranks = base->key.ranks;
  row.is_baseline = base == &one;
  if (!row.is_baseline) {
    compare(kind, *base, one, row);
    return row;
  }
  row.speedup.estimate = row.efficiency.estimate = 1.0;
  if (series.front()->key.ranks < one.key.ranks) row.caveat = not_ok(*series.front());
  if (one.key.ranks > 1 && mismatch) row.caveat = *mismatch;
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
    const bool single = series.front()->key.ranks == series.back()->key.ranks;
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
