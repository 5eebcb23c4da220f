#include "analysis/measured_epochs.h"

#include <fmt/format.h>

#include "core/mean_ratio.h"
#include "results/case_summary.h"

namespace scalemark::analysis {
namespace {

std::string epochs_text(std::size_t count) {
  return count == 1 ? "1 measured epoch" : fmt::format("{} measured epochs", count);
}

double images_per_second_of_epochs(const results::CaseRecord& record, double epoch_seconds) {
  return record.images > 0 ? static_cast<double>(record.images) / epoch_seconds : results::kNotMeasured;
}

}  // namespace

std::vector<double> later_epochs(const results::CaseRecord& record) {
  std::vector<double> epochs = results::whole_epoch_seconds(record);
  if (epochs.size() < 2) return {};
  epochs.erase(epochs.begin());
  return epochs;
}

void take_measured_epochs(const MeasuredCase& one, ScalingRow& row) {
  const std::vector<double> epochs = later_epochs(*one.record);
  if (epochs.empty()) return;
  row.seconds = interval_of_mean(epochs);
  row.images_per_second = images_per_second_of_epochs(*one.record, row.seconds.estimate);
  row.of_measured_epochs = true;
}

void take_measured_epochs(const MeasuredCase& base, const MeasuredCase& one, ScalingRow& row) {
  const std::vector<double> before = later_epochs(*base.record);
  const std::vector<double> after = later_epochs(*one.record);
  if (before.empty() || after.empty()) return;
  take_measured_epochs(one, row);
  row.baseline_seconds = interval_of_mean(before).estimate;
  row.baseline_images_per_second = images_per_second_of_epochs(*base.record, row.baseline_seconds);
  row.speedup = unpaired_mean_ratio(before, after).interval();
  row.caveat =
      fmt::format("over {} of the baseline and {} of the case; an epoch also holds what passes between its steps",
                  epochs_text(before.size()), after.size());
}

}  // namespace scalemark::analysis
