#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/experiment.h"
#include "results/records.h"
#include "sweep/progress.h"
#include "sweep/stop_request.h"
#include "sweep/sweep_job.h"
#include "train/case_measurement.h"

namespace scalemark::sweep {

/// Measures one repetition of one case after the other, and puts each into its case's record.
class VisitRunner {
 public:
  /// Both outlive this.
  VisitRunner(SweepJob& job, const StopRequest& stop) : job_(job), stop_(stop) {}

  /// Collective over all ranks; those that the case does not need sleep until it is over.
  /// @returns true on every rank where the case is over before its last repetition: it does not fit, failed, or is
  /// invalid.
  bool perform(const config::CaseConfig& config, int repetition, Progress& progress);

  /// Why the job has to stop amid the last visit, which only a training to an accuracy looks for; the same on all
  /// ranks.
  StopReason stopped_by() const { return stopped_by_; }

  /// What the case's last visit took; 0 where it had none in this job.
  double expected_seconds(const std::string& case_id) const;

 private:
  results::CaseRecord count_as_in_flight(const config::CaseConfig& config);
  bool connect(const config::CaseConfig& config, results::CaseRecord& record);
  bool measure(const config::CaseConfig& config, int repetition, Progress& progress, results::CaseRecord& record);
  bool measure_samples(const config::CaseConfig& config, int repetition, const RankGroup& group, Progress& progress,
                       results::CaseRecord& record);
  void measure_steps(const config::CaseConfig& config, int repetition, const train::CaseContext& context,
                     results::CaseRecord& record);

  void record_end(const config::CaseConfig& config, int repetition, bool measured, results::CaseRecord& record);

  SweepJob& job_;
  const StopRequest& stop_;
  StopReason stopped_by_ = StopReason::kNone;
  std::uint64_t visit_number_ = 0;  // the same on all ranks
  std::map<std::string, double> visit_seconds_;
};

}  // namespace scalemark::sweep
