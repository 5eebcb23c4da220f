#include "results/training/target_summary.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <variant>
#include <vector>

#include "core/intervals/crossing.h"
#include "core/statistics.h"

namespace scalemark::results {
namespace {

constexpr std::string_view kTargetKey = "measure.target.test_accuracy";

using Series = std::vector<double> TargetRun::*;

double plain_mean(const std::vector<double>& values) {
  if (values.empty()) return kNotMeasured;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// A run that reached the target, and at which evaluation.
struct Reached {
  const TargetRun* run;
  std::size_t at;

  double value(Series series) const { return (run->*series)[at]; }
};

double mean_of(const std::vector<Reached>& reached, Series series) {
  std::vector<double> values;
  values.reserve(reached.size());
  for (const Reached& one : reached) values.push_back(one.value(series));
  return plain_mean(values);
}

void summarize_reached(const std::vector<Reached>& reached, CaseRow& row) {
  std::vector<Crossing> seconds;
  seconds.reserve(reached.size());
  for (const Reached& one : reached) seconds.push_back(crossing_at(one.run->seconds, one.at));
  const Interval known = mean_of_crossings(seconds);
  row.target_seconds = known.estimate;
  row.target_seconds_low = known.low;
  row.target_seconds_high = known.high;
  row.target_epochs = mean_of(reached, &TargetRun::epochs);
  row.target_images = mean_of(reached, &TargetRun::images);
  row.target_joules = mean_of(reached, &TargetRun::joules);
}

void summarize_all_trained(const CaseRecord& record, CaseRow& row) {
  double images = 0;
  double seconds = 0;
  std::vector<double> train;
  std::vector<double> test;
  for (const TargetRun& run : record.target_runs) {
    if (!run.ended || run.epochs.empty()) continue;
    images += run.images.back();
    seconds += run.seconds.back();
    train.push_back(run.train_accuracy.back());
    test.push_back(run.test_accuracy.back());
  }
  row.train_accuracy = plain_mean(train);
  row.test_accuracy = plain_mean(test);
  if (!(seconds > 0)) return;
  row.images_per_second = images / seconds;
  if (record.images > 0) row.epoch_seconds_estimated = static_cast<double>(record.images) / row.images_per_second;
}

}  // namespace

double target_accuracy(const CaseRecord& record) {
  const auto* const target = std::get_if<double>(find_parameter(record, kTargetKey));
  return target == nullptr ? kNotMeasured : *target;
}

std::optional<std::size_t> reached_at(const TargetRun& run, double target) {
  const auto& accuracy = run.test_accuracy;
  const auto found = std::ranges::find_if(accuracy, [target](double value) { return value >= target; });
  if (found == accuracy.end()) return std::nullopt;
  return static_cast<std::size_t>(found - accuracy.begin());
}

Crossing crossing_at(const std::vector<double>& values, std::size_t at) {
  return {at == 0 ? 0.0 : values[at - 1], values[at]};
}

void summarize_targets(const CaseRecord& record, CaseRow& row) {
  const double target = target_accuracy(record);
  std::vector<Reached> reached;
  reached.reserve(record.target_runs.size());
  row.seeds = 0;
  for (const TargetRun& run : record.target_runs) {
    if (!run.ended) continue;
    ++row.seeds;
    if (const auto at = reached_at(run, target)) reached.push_back({&run, *at});
  }
  row.seeds_reached = static_cast<std::int32_t>(reached.size());
  summarize_all_trained(record, row);
  if (row.seeds > 0 && row.seeds_reached == row.seeds) {
    summarize_reached(reached, row);
  } else {
    for (const auto column : {&CaseRow::target_seconds, &CaseRow::target_seconds_low, &CaseRow::target_seconds_high,
                              &CaseRow::target_epochs, &CaseRow::target_images, &CaseRow::target_joules})
      row.*column = kNotMeasured;
  }
}

}  // namespace scalemark::results
