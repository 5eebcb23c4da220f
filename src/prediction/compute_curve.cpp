#include "prediction/compute_curve.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "results/case_summary.h"

namespace scalemark::prediction {
namespace {

double median_of(const results::StepSamples& samples, std::size_t repetition) {
  return results::repetition_medians(samples).at(repetition);
}

}  // namespace

bool has_schedule(const analysis::MeasuredCase& one) {
  const results::CaseRecord& record = *one.record;
  return one.ok() && one.key.ranks > 1 && record.arms.contains("phases") && !record.phase_names.empty() &&
         record.phase_names.size() == record.phase_seconds.size() && !record.bucket_bytes.empty() &&
         record.bucket_ready_seconds.size() == record.bucket_bytes.size() &&
         record.bucket_seconds.size() == record.bucket_bytes.size();
}

ComputeSchedule schedule_of(const results::CaseRecord& record, std::size_t repetition) {
  ComputeSchedule schedule;
  for (std::size_t phase = 0; phase < record.phase_names.size(); ++phase) {
    const double seconds = median_of(record.phase_seconds[phase], repetition);
    const std::string& name = record.phase_names[phase];
    if (name == "backward") {
      schedule.backward_seconds += seconds;
    } else if (name == "optimizer") {
      schedule.after_backward_seconds += seconds;
    } else if (name != "reduce") {
      schedule.before_backward_seconds += seconds;
    }
  }
  for (std::size_t bucket = 0; bucket < record.bucket_bytes.size(); ++bucket) {
    schedule.buckets.push_back(
        {static_cast<double>(record.bucket_bytes[bucket]), median_of(record.bucket_ready_seconds[bucket], repetition)});
  }
  const std::vector<double> no_sync = analysis::arm_seconds(record, "no_sync");
  return repetition < no_sync.size() ? schedule.scaled(no_sync[repetition] / schedule.step_seconds()) : schedule;
}

double ComputeCurve::at(std::int64_t batch_per_rank) const {
  const auto batch = static_cast<double>(batch_per_rank);
  if (seconds_.size() == 1) return seconds_.begin()->second * batch / static_cast<double>(seconds_.begin()->first);
  auto above = seconds_.lower_bound(batch_per_rank);
  if (above == seconds_.end()) --above;
  if (above == seconds_.begin()) ++above;
  const auto below = std::prev(above);
  const auto x0 = static_cast<double>(below->first);
  const double slope = (above->second - below->second) / (static_cast<double>(above->first) - x0);
  const double line = below->second + slope * (batch - x0);
  // The line through two noisy points could reach zero: fewer images take at least their share of the time.
  return batch < x0 ? std::max(line, below->second * batch / x0) : line;
}

}  // namespace scalemark::prediction
