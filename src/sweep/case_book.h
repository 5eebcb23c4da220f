#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "config/experiment.h"
#include "results/records.h"
#include "sweep/dataset_cache.h"
#include "sweep/repetition_plan.h"
#include "sweep/resume_plan.h"
#include "sweep/sweep_file.h"

namespace scalemark::sweep {

/// The records of a sweep's cases, on rank 0: those in the file, and new ones for cases that were never started.
class CaseBook {
 public:
  /// The data sets outlive this.
  CaseBook(SweepFile file, DatasetCache& datasets);

  const std::vector<results::CaseRecord>& records() const { return file_.cases(); }
  bool holds_bad_case() const { return file_.holds_bad_case(); }

  /// nullptr where the case has never been started. Valid until keep() or settle().
  const results::CaseRecord* find(const std::string& case_id) const { return file_.find(case_id); }

  /// A copy of the case's record; a new one where it has never been started.
  results::CaseRecord record_of(const config::CaseConfig& config);

  /// A parameter that a new record of the case gets beside its config's.
  void add_parameter(const std::string& case_id, const std::string& name, results::ParameterValue value);

  /// Gives the repetition that the record holds last the next place in the file's order of visits.
  void count_visit(results::CaseRecord& record) const;

  /// Makes the record durable.
  void keep(results::CaseRecord record) { file_.keep(std::move(record)); }

  /// Puts down how many repetitions the case is to have, so that a resumed job goes by it.
  void plan(const config::CaseConfig& config, const RepetitionDecision& decision);

  /// Gives the case a status without measuring it, and says so.
  void settle(const config::CaseConfig& config, const Verdict& verdict);

 private:
  SweepFile file_;
  DatasetCache& datasets_;
  std::map<std::string, std::pair<std::string, results::ParameterValue>> added_parameters_;  // by case
};

}  // namespace scalemark::sweep
