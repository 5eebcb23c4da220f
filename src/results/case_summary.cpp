#include "results/case_summary.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>

namespace scalemark::results {
namespace {

/// The slowest of one step's ranks; unknown (NaN) where one of them is.
double slowest(std::span<const double> ranks) {
  if (std::any_of(ranks.begin(), ranks.end(), [](double seconds) { return std::isnan(seconds); })) return kNotMeasured;
  return *std::max_element(ranks.begin(), ranks.end());
}

/// Median over repetitions, without those that hold a sample which was not measured.
double median_of_repetitions(const StepSamples& samples) {
  return interval_of_median(repetition_medians(samples)).estimate;
}

std::vector<double> arm_medians(const CaseRecord& record, const std::string& arm) {
  const auto found = record.arms.find(arm);
  return found == record.arms.end() ? std::vector<double>() : repetition_medians(found->second);
}

/// The sum of the named phases, per repetition, step and rank; without samples where one of them was not recorded.
StepSamples sum_of_phases(const CaseRecord& record, std::initializer_list<std::string_view> names) {
  StepSamples sum;
  for (const std::string_view name : names) {
    const auto found = std::find(record.phase_names.begin(), record.phase_names.end(), name);
    const auto index = static_cast<std::size_t>(found - record.phase_names.begin());
    if (index >= record.phase_seconds.size()) return {};
    const StepSamples& phase = record.phase_seconds[index];
    if (sum.seconds.empty()) {
      sum = phase;
    } else {
      std::transform(sum.seconds.begin(), sum.seconds.end(), phase.seconds.begin(), sum.seconds.begin(), std::plus<>());
    }
  }
  return sum;
}

/// Time that passed over the number of steps: the total of the slowest rank, in which a stall counts once, whichever
/// step of which rank shows it. `seconds` is [step, rank] of one repetition.
double mean_step(std::span<const double> seconds, std::size_t ranks) {
  std::vector<double> totals(ranks, 0.0);
  for (std::size_t i = 0; i < seconds.size(); ++i) totals[i % ranks] += seconds[i];
  const std::size_t steps = seconds.size() / ranks;
  return slowest(totals) / static_cast<double>(steps);
}

std::vector<double> repetition_means(const StepSamples& samples) {
  std::vector<double> means;
  const auto ranks = static_cast<std::size_t>(samples.ranks);
  const std::size_t size = static_cast<std::size_t>(samples.steps) * ranks;
  const std::span<const double> all = samples.seconds;
  for (std::size_t begin = 0; size > 0 && begin + size <= all.size(); begin += size)
    means.push_back(mean_step(all.subspan(begin, size), ranks));
  return means;
}

void summarize_means(CaseRecord& record) {
  const auto found = record.arms.find("full");
  const Interval mean =
      interval_of_mean(found == record.arms.end() ? std::vector<double>() : repetition_means(found->second));
  record.row.step_mean_seconds = mean.estimate;
  record.row.step_mean_seconds_low = mean.low;
  record.row.step_mean_seconds_high = mean.high;
}

void summarize_steps(CaseRecord& record) {
  CaseRow& row = record.row;
  const std::vector<double> full = arm_medians(record, "full");
  const Interval step = interval_of_median(full);
  row.step_seconds = step.estimate;
  row.step_seconds_low = step.low;
  row.step_seconds_high = step.high;
  const bool has_batch = row.global_batch > 0;
  const auto batch = static_cast<double>(row.global_batch);
  row.images_per_second = has_batch ? batch / step.estimate : kNotMeasured;
  row.epoch_seconds_estimated =
      has_batch && record.images > 0 ? static_cast<double>(record.images) / batch * step.estimate : kNotMeasured;
  row.comm_seconds = interval_of_median(arm_medians(record, "comm_only")).estimate;
  row.exposed_comm_seconds = interval_of_difference(full, arm_medians(record, "no_sync")).estimate;
}

/// The first epoch pays for the cold start (page cache, algorithm search), so it stands apart.
void summarize_epochs(CaseRecord& record) {
  const std::span<const double> epochs = record.epoch_seconds;
  record.row.first_epoch_seconds = epochs.empty() ? kNotMeasured : epochs.front();
  record.row.epoch_seconds = epochs.empty() ? kNotMeasured : median(epochs.subspan(1));
}

double highest_peak(const std::vector<RankRow>& ranks) {
  double peak = kNotMeasured;
  for (const RankRow& rank : ranks) peak = std::fmax(peak, rank.peak_memory_bytes);
  return peak;
}

}  // namespace

std::vector<double> repetition_medians(const StepSamples& samples) {
  std::vector<double> medians;
  const auto steps = static_cast<std::size_t>(samples.steps);
  const auto ranks = static_cast<std::size_t>(samples.ranks);
  std::span<const double> rest = samples.seconds;
  for (std::int64_t repetition = 0; repetition < samples.repetitions(); ++repetition) {
    std::vector<double> step_seconds;
    for (std::size_t step = 0; step < steps; ++step) step_seconds.push_back(slowest(rest.subspan(step * ranks, ranks)));
    medians.push_back(median(step_seconds));
    rest = rest.subspan(steps * ranks);
  }
  return medians;
}

void summarize(CaseRecord& record) {
  CaseRow& row = record.row;
  summarize_steps(record);
  summarize_means(record);
  summarize_epochs(record);
  row.load_seconds = median_of_repetitions(sum_of_phases(record, {"load"}));
  row.compute_seconds = median_of_repetitions(sum_of_phases(record, {"forward", "backward", "optimizer"}));
  row.peak_memory_bytes = highest_peak(record.rank_rows);
  row.final_loss = record.loss.empty() ? kNotMeasured : record.loss.back();
  row.train_accuracy = record.accuracy.empty() ? kNotMeasured : record.accuracy.back()[0];
  row.test_accuracy = record.accuracy.empty() ? kNotMeasured : record.accuracy.back()[1];
}

}  // namespace scalemark::results
