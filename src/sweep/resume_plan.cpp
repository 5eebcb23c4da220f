#include "sweep/resume_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace scalemark::sweep {
namespace {

using results::CaseRecord;
using results::CaseStatus;

constexpr int kInterruptionsAllowed = 2;

bool is_settled(const CaseRecord& record) {
  const CaseStatus status = record.row.status;
  // In flight a case is `failed` too, until its first repetition is in.
  if (status == CaseStatus::kFailed) return !in_flight(record);
  return status == CaseStatus::kOom || status == CaseStatus::kInvalid;
}

}  // namespace

const CaseRecord* find_record(const std::string& case_id, const std::vector<CaseRecord>& records) {
  const auto found = std::ranges::find(records, case_id, [](const CaseRecord& one) { return one.row.case_id; });
  return found == records.end() ? nullptr : &*found;
}

bool in_flight(const CaseRecord& record) { return record.interruptions > 0; }

// The phase pass is the last that a repetition measures. A seed takes the place of a repetition.
std::size_t complete_repetitions(const CaseRecord& record) {
  if (!record.target_runs.empty())
    return static_cast<std::size_t>(std::ranges::count(record.target_runs, true, &results::TargetRun::ended));
  const auto phases = record.arms.find("phases");
  return phases == record.arms.end() ? 0 : static_cast<std::size_t>(phases->second.repetitions());
}

Standing standing_of(const config::CaseConfig& config, const CaseRecord* record, const Obstacle& obstacle) {
  const int all = config.measure.repetitions;
  if (record != nullptr) {
    if (is_settled(*record)) return {all, std::nullopt};
    if (record->interruptions >= kInterruptionsAllowed) {
      const auto reason = fmt::format("the job died {} times while this case was in flight", record->interruptions);
      return {all, Verdict{CaseStatus::kFailed, reason}};
    }
    if (const auto done = static_cast<int>(complete_repetitions(*record)); done > 0) return {done, std::nullopt};
  }
  if (auto reason = obstacle(config)) return {all, Verdict{CaseStatus::kSkipped, *std::move(reason)}};
  return {0, std::nullopt};
}

ResumePlan plan_resume(const std::vector<config::CaseConfig>& cases, const std::vector<CaseRecord>& records,
                       const Obstacle& obstacle, std::uint64_t seed) {
  ResumePlan plan;
  std::map<std::string, int> done;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Standing standing = standing_of(cases[i], find_record(cases[i].id, records), obstacle);
    done[cases[i].id] = standing.repetitions_done;
    if (standing.verdict) plan.verdicts.emplace_back(i, *standing.verdict);
  }
  plan.visits = order_visits(
      cases, [&](const config::CaseConfig& config) { return done.at(config.id); }, seed);
  return plan;
}

}  // namespace scalemark::sweep
