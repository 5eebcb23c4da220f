#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/experiment.h"
#include "results/records.h"
#include "sweep/case_order.h"

namespace scalemark::sweep {

/// Why a case cannot run in this launch; nullopt where it can.
using Obstacle = std::function<std::optional<std::string>(const config::CaseConfig&)>;

/// A status that a case gets without being measured, and the reason for it.
struct Verdict {
  results::CaseStatus status;
  std::string reason;
};

/// Where a case stands when a job starts.
struct Standing {
  int repetitions_done;  ///< those that need no visit: all of them, where the case is settled
  std::optional<Verdict> verdict;
};

/// The case's record; nullptr where it has none.
const results::CaseRecord* find_record(const std::string& case_id, const std::vector<results::CaseRecord>& records);

/// Whether a job ended in the middle of a repetition of the case, or is in the middle of one.
bool in_flight(const results::CaseRecord& record);

/// The repetitions that every arm of the case holds.
std::size_t complete_repetitions(const results::CaseRecord& record);

/// A case that failed, ran out of memory or is invalid is settled, and so is one that two jobs died of. A skipped one
/// may run in this launch.
/// @param record  nullptr: the case has never been started.
Standing standing_of(const config::CaseConfig& config, const results::CaseRecord* record, const Obstacle& obstacle);

/// What is left of a sweep.
struct ResumePlan {
  std::vector<Visit> visits;
  std::vector<std::pair<std::size_t, Verdict>> verdicts;  ///< by index of the case
};

/// @param records  what the result file holds, in any order; records of other cases are passed over.
/// @param seed  of the order of visits.
ResumePlan plan_resume(const std::vector<config::CaseConfig>& cases, const std::vector<results::CaseRecord>& records,
                       const Obstacle& obstacle, std::uint64_t seed);

}  // namespace scalemark::sweep
