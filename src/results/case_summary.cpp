#include "results/case_summary.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string_view>

#include "results/training/target_summary.h"

namespace scalemark::results {
namespace {

/// The slowest of one step's ranks; unknown (NaN) where one of them is.
double slowest(std::span<const double> ranks) {
  if (std::any_of(ranks.begin(), ranks.end(), [](double seconds) { return std::isnan(seconds); })) return kNotMeasured;
  return *std::max_element(ranks.begin(), ranks.end());
}

const StepSamples& arm_of(const CaseRecord& record, const std::string& arm) {
  static const StepSamples kNone;
  const auto found = record.arms.find(arm);
  return found == record.arms.end() ? kNone : found->second;
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

/// The total of the slowest rank, in which a stall counts once, whichever step of which rank shows it, over the steps.
/// `seconds` is [step, rank] of one repetition.
double mean_step(std::span<const double> seconds, std::size_t ranks) {
  std::vector<double> totals(ranks, 0.0);
  for (std::size_t i = 0; i < seconds.size(); ++i) totals[i % ranks] += seconds[i];
  const std::size_t steps = seconds.size() / ranks;
  return slowest(totals) / static_cast<double>(steps);
}

void summarize_steps(const CaseRecord& record, CaseRow& row) {
  const Interval typical = interval_of_median(repetition_medians(arm_of(record, "full")));
  row.step_seconds = typical.estimate;
  row.step_seconds_low = typical.low;
  row.step_seconds_high = typical.high;
  const Interval mean = interval_of_mean(repetition_means(arm_of(record, "full")));
  row.step_mean_seconds = mean.estimate;
  row.step_mean_seconds_low = mean.low;
  row.step_mean_seconds_high = mean.high;
  const bool has_batch = row.global_batch > 0;
  const auto batch = static_cast<double>(row.global_batch);
  row.images_per_second = has_batch ? batch / mean.estimate : kNotMeasured;
  row.epoch_seconds_estimated =
      has_batch && record.images > 0 ? static_cast<double>(record.images) / batch * mean.estimate : kNotMeasured;
}

/// What the labelled pass and the arms beside `full` say of a step.
void summarize_causes(const CaseRecord& record, CaseRow& row) {
  row.comm_seconds = interval_of_mean(repetition_means(arm_of(record, "comm_only"))).estimate;
  row.exposed_comm_seconds = interval_of_difference(repetition_means(arm_of(record, "full")),
                                                    repetition_slowest_means(arm_of(record, "no_sync")))
                                 .estimate;
  row.load_seconds = interval_of_mean(repetition_slowest_means(sum_of_phases(record, {"load"}))).estimate;
  row.compute_seconds =
      interval_of_mean(repetition_slowest_means(sum_of_phases(record, {"forward", "backward", "optimizer"}))).estimate;
}

/// The first epoch pays for the cold start (page cache, algorithm search), so it stands apart.
void summarize_epochs(const CaseRecord& record, CaseRow& row) {
  const std::vector<double> epochs = whole_epoch_seconds(record);
  row.first_epoch_seconds = epochs.empty() ? kNotMeasured : epochs.front();
  row.epoch_seconds = epochs.empty() ? kNotMeasured : median(std::span(epochs).subspan(1));
}

double skipped_fraction(const CaseRecord& record) {
  if (!record.skipped_steps || record.loss.empty()) return kNotMeasured;
  return static_cast<double>(*record.skipped_steps) / static_cast<double>(record.loss.size());
}

double highest_peak(const std::vector<RankRow>& ranks) {
  double peak = kNotMeasured;
  for (const RankRow& rank : ranks) peak = std::fmax(peak, rank.peak_memory_bytes);
  return peak;
}

}  // namespace

std::vector<double> slowest_of_steps(const StepSamples& samples, std::int64_t repetition) {
  const auto ranks = static_cast<std::size_t>(samples.ranks);
  const auto steps = static_cast<std::size_t>(samples.steps);
  const auto all = std::span(samples.seconds).subspan(static_cast<std::size_t>(repetition) * steps * ranks);
  std::vector<double> seconds;
  seconds.reserve(steps);
  for (std::size_t step = 0; step < steps; ++step) seconds.push_back(slowest(all.subspan(step * ranks, ranks)));
  return seconds;
}

std::vector<double> repetition_medians(const StepSamples& samples) {
  std::vector<double> medians;
  for (std::int64_t repetition = 0; repetition < samples.repetitions(); ++repetition)
    medians.push_back(median(slowest_of_steps(samples, repetition)));
  return medians;
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

std::vector<double> repetition_slowest_means(const StepSamples& samples) {
  std::vector<double> means;
  for (std::int64_t repetition = 0; repetition < samples.repetitions(); ++repetition) {
    const auto steps = slowest_of_steps(samples, repetition);
    means.push_back(std::accumulate(steps.begin(), steps.end(), 0.0) / static_cast<double>(steps.size()));
  }
  return means;
}

std::int64_t images_per_epoch(const CaseRecord& record) {
  const auto epochs = static_cast<std::int64_t>(record.epoch_seconds.size());
  const CaseRow& row = record.row;
  if (epochs == 0 || record.images <= 0 || row.ranks <= 0 || row.batch_per_rank <= 0) return 0;
  const std::int64_t batches = arm_of(record, "full").steps / epochs;
  const std::int64_t shard = (record.images + row.ranks - 1) / row.ranks;
  return batches == shard / row.batch_per_rank ? batches * row.global_batch : 0;
}

// What the first epoch takes longer is not repeated by the images that it left out.
std::vector<double> whole_epoch_seconds(const CaseRecord& record) {
  std::vector<double> seconds = record.epoch_seconds;
  const std::int64_t measured = images_per_epoch(record);
  if (measured == 0) return seconds;
  const double missing = static_cast<double>(record.images) / static_cast<double>(measured) - 1.0;
  const double usual = seconds.size() > 1 ? interval_of_mean(std::span(seconds).subspan(1)).estimate : seconds.front();
  seconds.front() += missing * usual;
  for (std::size_t epoch = 1; epoch < seconds.size(); ++epoch) seconds[epoch] *= 1.0 + missing;
  return seconds;
}

CaseRow row_from_samples(const CaseRecord& record) {
  CaseRow row = record.row;
  row.skipped_step_fraction = skipped_fraction(record);
  if (arm_of(record, "full").repetitions() == 0) return row;
  summarize_steps(record, row);
  if (!record.epoch_seconds.empty()) summarize_epochs(record, row);
  CaseRow fresh = row;
  summarize_causes(record, fresh);
  for (auto column :
       {&CaseRow::load_seconds, &CaseRow::compute_seconds, &CaseRow::comm_seconds, &CaseRow::exposed_comm_seconds}) {
    if (!std::isnan(fresh.*column)) row.*column = fresh.*column;
  }
  return row;
}

void summarize(CaseRecord& record) {
  CaseRow& row = record.row;
  summarize_steps(record, row);
  summarize_causes(record, row);
  summarize_epochs(record, row);
  row.peak_memory_bytes = highest_peak(record.rank_rows);
  row.skipped_step_fraction = skipped_fraction(record);
  row.final_loss = record.loss.empty() ? kNotMeasured : record.loss.back();
  row.train_accuracy = record.accuracy.empty() ? kNotMeasured : record.accuracy.back()[0];
  row.test_accuracy = record.accuracy.empty() ? kNotMeasured : record.accuracy.back()[1];
  if (!record.target_runs.empty()) summarize_targets(record, row);
}

}  // namespace scalemark::results
