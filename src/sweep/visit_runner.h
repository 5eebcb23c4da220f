#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/experiment.h"
#include "results/records.h"
#include "sweep/progress.h"
#include "sweep/sweep_job.h"

namespace scalemark::sweep {

/// Measures one repetition of one case after the other, and puts each into its case's record.
class VisitRunner {
 public:
  /// The job outlives this.
  explicit VisitRunner(SweepJob& job) : job_(job) {}

  /// Collective over all ranks; those that the case does not need sleep until it is over.
  /// @returns true on every rank where the case is over before its last repetition: it does not fit, failed, or is
  /// invalid.
  bool perform(const config::CaseConfig& config, int repetition, Progress& progress);

  /// What the case's last visit took; 0 where it had none in this job.
  double expected_seconds(const std::string& case_id) const;

 private:
  results::CaseRecord count_as_in_flight(const config::CaseConfig& config);
  bool connect(const config::CaseConfig& config, results::CaseRecord& record);
  bool measure(const config::CaseConfig& config, int repetition, results::CaseRecord& record);
  bool measure_samples(const config::CaseConfig& config, int repetition, const RankGroup& group,
                       results::CaseRecord& record);

  SweepJob& job_;
  std::uint64_t visit_number_ = 0;  // the same on all ranks
  std::map<std::string, double> visit_seconds_;
};

}  // namespace scalemark::sweep
