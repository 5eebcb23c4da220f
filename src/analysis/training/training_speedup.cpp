#include "analysis/training/training_speedup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "analysis/training/product_of_means.h"
#include "core/quantity_text.h"

namespace scalemark::analysis {
namespace {

using Times = std::vector<const TimeToAccuracy*>;
using End = double Crossing::*;
using What = Crossing SeedCrossing::*;

std::vector<double> values_of(const TimeToAccuracy& one, What what, End end) {
  std::vector<double> values;
  values.reserve(one.crossings.size());
  for (const auto& seed : one.crossings) values.push_back(seed.*what.*end);
  return values;
}

ProductOfMeans mean_of(const TimeToAccuracy& one, What what, End end) {
  return ProductOfMeans().times(values_of(one, what, end));
}

/// Of the logarithm of the mean: what the unknown places within the evaluations add at least.
double least_log_variance(const TimeToAccuracy& one, What what, double mean) {
  std::vector<Crossing> all;
  all.reserve(one.crossings.size());
  for (const auto& seed : one.crossings) all.push_back(seed.*what);
  return variance_within(all) / static_cast<double>(all.size()) / (mean * mean);
}

/// above / below of the given ends, at least as unsure as the places within the evaluations are.
Interval ratio_of_ends(const TimeToAccuracy& above, End above_end, const TimeToAccuracy& below, End below_end,
                       What what, bool paired) {
  const ProductOfMeans numerator = mean_of(above, what, above_end);
  const ProductOfMeans denominator = mean_of(below, what, below_end);
  MeanRatio ratio = ratio_of(numerator, denominator, paired);
  if (std::min(above.crossings.size(), below.crossings.size()) < 2)
    return {ratio.estimate, ratio.estimate, ratio.estimate};
  const double least =
      least_log_variance(above, what, numerator.estimate()) + least_log_variance(below, what, denominator.estimate());
  ratio.standard_error = std::max(ratio.standard_error, std::sqrt(least));
  return ratio.interval();
}

bool begins_above_zero(const TimeToAccuracy& one, What what) {
  return std::ranges::any_of(one.crossings, [what](const auto& seed) { return (seed.*what).low > 0.0; });
}

/// base / one: from the least that it can be, of the ends that are closest, to the most.
Interval crossing_ratio(const TimeToAccuracy& base, const TimeToAccuracy& one, What what, bool paired) {
  const double estimate =
      mean_of(base, what, &Crossing::high).estimate() / mean_of(one, what, &Crossing::high).estimate();
  if (!begins_above_zero(base, what) || !begins_above_zero(one, what))
    return {estimate, results::kNotMeasured, results::kNotMeasured};
  return {estimate, ratio_of_ends(base, &Crossing::low, one, &Crossing::high, what, paired).low,
          ratio_of_ends(base, &Crossing::high, one, &Crossing::low, what, paired).high};
}

ProductOfMeans rate(const TimeToAccuracy& one) {
  return ProductOfMeans()
      .times(values_of(one, &SeedCrossing::images, &Crossing::high))
      .over(values_of(one, &SeedCrossing::seconds, &Crossing::high));
}

bool same_seeds(const TimeToAccuracy& a, const TimeToAccuracy& b) {
  return std::ranges::equal(a.crossings, b.crossings, {}, &SeedCrossing::seed, &SeedCrossing::seed);
}

std::string caveat_of(const TimeToAccuracy& base, const TimeToAccuracy& one, std::size_t seeds) {
  const bool unbounded =
      !begins_above_zero(base, &SeedCrossing::seconds) || !begins_above_zero(one, &SeedCrossing::seconds);
  if (unbounded)
    return "reached at the first evaluation: only a shorter measure.target.evaluate_every bounds the ratio";
  if (seeds < 2) return "one seed: the intervals hold where the target was crossed, not how seeds scatter";
  return "";
}

void compare(const TimeToAccuracy& base, const TimeToAccuracy& one, TrainingSpeedup& row) {
  for (const auto* side : {&base, &one}) {
    if (side->has_time()) continue;
    row.refusal = fmt::format("{}: {}", side->key.name, side->withheld);
    return;
  }
  row.paired = same_seeds(base, one);
  row.seeds = std::min(base.crossings.size(), one.crossings.size());
  row.throughput_speedup = ratio_of(rate(one), rate(base), row.paired).interval();
  row.epochs_ratio = crossing_ratio(base, one, &SeedCrossing::images, row.paired);
  row.speedup = crossing_ratio(base, one, &SeedCrossing::seconds, row.paired);
  row.caveat = caveat_of(base, one, row.seeds);
}

/// Of those at the fewest ranks, the one that is most like `one`: in learning rate, then in the order of the files.
const TimeToAccuracy& baseline_of(const TimeToAccuracy& one, const Times& group) {
  const auto likeness = [&one](const TimeToAccuracy& other) { return other.learning_rate == one.learning_rate; };
  const TimeToAccuracy* best = group.front();
  for (const auto* other : group) {
    if (scale_of(other->key) == scale_of(best->key) && likeness(*other) > likeness(*best)) best = other;
  }
  return *best;
}

TrainingSpeedup row_of(const TimeToAccuracy& base, const TimeToAccuracy& one, const std::string& held) {
  TrainingSpeedup row;
  row.key = one.key;
  row.technique = one.technique;
  row.target = one.target;
  row.held = held;
  row.baseline = base.key.name;
  row.baseline_ranks = scale_of(base.key);
  row.baseline_global_batch = base.key.global_batch;
  compare(base, one, row);
  return row;
}

std::string held_text(ScalingKind kind, const TimeToAccuracy& one) {
  return kind == ScalingKind::kFixedGlobalBatch
             ? fmt::format("global batch {}", one.key.global_batch)
             : fmt::format("batch {} per {}", batch_per_device(one.key), scale_unit(one.key));
}

void add_rows(ScalingKind kind, const CaseSet& set, std::span<const TimeToAccuracy> times,
              std::vector<TrainingSpeedup>& rows) {
  std::map<std::tuple<std::int64_t, double, double, Signature>, Times> groups;
  for (const auto& one : times) {
    const std::int64_t batch =
        kind == ScalingKind::kFixedGlobalBatch ? one.key.global_batch : batch_per_device(one.key);
    groups[{batch, one.target, std::isfinite(one.most_epochs) ? one.most_epochs : 0.0,
            set.cases[one.case_index].signature}]
        .push_back(&one);
  }
  for (auto& [held, group] : groups) {
    std::ranges::stable_sort(group, {}, [](const auto* one) { return scale_of(one->key); });
    for (const auto* one : group) {
      const TimeToAccuracy& base = baseline_of(*one, group);
      if (scale_of(one->key) > scale_of(base.key)) rows.push_back(row_of(base, *one, held_text(kind, *one)));
    }
  }
}

}  // namespace

std::vector<TrainingSpeedup> training_speedups(const CaseSet& set, std::span<const TimeToAccuracy> times) {
  std::vector<TrainingSpeedup> rows;
  add_rows(ScalingKind::kFixedWorkPerRank, set, times, rows);
  add_rows(ScalingKind::kFixedGlobalBatch, set, times, rows);
  return rows;
}

}  // namespace scalemark::analysis
