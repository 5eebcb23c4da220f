#include "prediction/compute_curve.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "prediction/sample_means.h"

namespace scalemark::prediction {
namespace {

double mean_seconds(const results::StepSamples& samples, LeftOut left_out) {
  return mean_but_for(means_over_ranks(samples), left_out);
}

}  // namespace

bool has_schedule(const analysis::MeasuredCase& one) {
  const results::CaseRecord& record = *one.record;
  return one.ok() && one.key.ranks > 1 && record.arms.contains("phases") && !record.phase_names.empty() &&
         record.phase_names.size() == record.phase_seconds.size() && !record.bucket_bytes.empty() &&
         record.bucket_ready_seconds.size() == record.bucket_bytes.size() &&
         record.bucket_seconds.size() == record.bucket_bytes.size();
}

ComputeSchedule schedule_of(const results::CaseRecord& record, LeftOut left_out) {
  ComputeSchedule schedule;
  for (std::size_t phase = 0; phase < record.phase_names.size(); ++phase) {
    const double seconds = mean_seconds(record.phase_seconds[phase], left_out);
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
    schedule.buckets.push_back({static_cast<double>(record.bucket_bytes[bucket]),
                                mean_seconds(record.bucket_ready_seconds[bucket], left_out)});
  }
  return schedule;
}

results::StepSamples compute_samples(const results::CaseRecord& record) {
  const auto no_sync = record.arms.find("no_sync");
  if (no_sync != record.arms.end() && no_sync->second.repetitions() > 0) return no_sync->second;
  results::StepSamples sum;
  for (std::size_t phase = 0; phase < record.phase_names.size(); ++phase) {
    if (record.phase_names[phase] == "reduce") continue;
    const results::StepSamples& seconds = record.phase_seconds[phase];
    if (sum.seconds.empty()) {
      sum = seconds;
    } else {
      std::transform(sum.seconds.begin(), sum.seconds.end(), seconds.seconds.begin(), sum.seconds.begin(),
                     std::plus<>());
    }
  }
  return sum;
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
