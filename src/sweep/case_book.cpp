#include "sweep/case_book.h"

#include <algorithm>

#include "core/log.h"
#include "sweep/case_recorder.h"

namespace scalemark::sweep {

CaseBook::CaseBook(SweepFile file, DatasetCache& datasets) : file_(std::move(file)), datasets_(datasets) {}

results::CaseRecord CaseBook::record_of(const config::CaseConfig& config) {
  if (const results::CaseRecord* record = find(config.id)) return *record;
  results::CaseRecord record = new_record(config, datasets_.get(config, data::Split::kTrain)->size());
  if (const auto added = added_parameters_.find(config.id); added != added_parameters_.end())
    record.parameters.push_back(added->second);
  return record;
}

void CaseBook::add_parameter(const std::string& case_id, const std::string& name, results::ParameterValue value) {
  added_parameters_[case_id] = {name, std::move(value)};
}

void CaseBook::count_visit(results::CaseRecord& record) const {
  std::int64_t latest = results::kNoVisit;
  for (const auto& one : records()) {
    for (const std::int64_t visit : one.visits) latest = std::max(latest, visit);
  }
  // A file of an older version holds repetitions whose visits were not counted.
  record.visits.resize(complete_repetitions(record), results::kNoVisit);
  record.visits.back() = latest + 1;
}

void CaseBook::plan(const config::CaseConfig& config, const RepetitionDecision& decision) {
  results::CaseRecord record = record_of(config);
  record.planned_repetitions = decision.planned;
  record.wanted_repetitions = decision.wanted;
  keep(std::move(record));
}

void CaseBook::settle(const config::CaseConfig& config, const Verdict& verdict) {
  results::CaseRecord record = record_of(config);
  record.row.status = verdict.status;
  record.row.reason = verdict.reason;
  record.interruptions = 0;
  record.row.in_flight = false;
  spdlog::info("{}: {}: {}", config.id, results::to_string(verdict.status), verdict.reason);
  keep(std::move(record));
}

}  // namespace scalemark::sweep
