#include "sweep/resume_plan.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace scalemark::sweep {
namespace {

using results::CaseRecord;
using results::CaseStatus;

constexpr int kRepetitions = 3;
constexpr std::uint64_t kOrderSeed = 7;

config::CaseConfig a_case(const std::string& id) {
  config::CaseConfig config;
  config.id = id;
  config.block = 1;
  config.measure.repetitions = kRepetitions;
  return config;
}

CaseRecord a_record(const std::string& id, CaseStatus status, int complete_repetitions, int interruptions = 0) {
  CaseRecord record;
  record.row.case_id = id;
  record.row.status = status;
  record.interruptions = interruptions;
  if (complete_repetitions > 0) {
    auto& phases = record.arms["phases"];
    phases.steps = 2;
    phases.ranks = 1;
    phases.seconds.assign(static_cast<std::size_t>(2 * complete_repetitions), 0.1);
  }
  return record;
}

std::optional<std::string> nothing(const config::CaseConfig&) { return std::nullopt; }
std::optional<std::string> too_few_ranks(const config::CaseConfig&) { return "needs 2 ranks, 1 were launched"; }

int repetitions_done(const CaseRecord& record) {
  const Standing standing = standing_of(a_case("a"), &record, nothing);
  EXPECT_FALSE(standing.verdict) << "nothing to say about it that the file does not say";
  return standing.repetitions_done;
}

TEST(Standing, CountsTheRepetitionsThatAreComplete) {
  EXPECT_EQ(standing_of(a_case("a"), nullptr, nothing).repetitions_done, 0);
  EXPECT_EQ(repetitions_done(a_record("a", CaseStatus::kOk, 2)), 2);
  EXPECT_EQ(repetitions_done(a_record("a", CaseStatus::kOk, 3)), 3);
}

TEST(Standing, CountsTheSeedsWhoseTrainingHasEnded) {
  CaseRecord record = a_record("a", CaseStatus::kOk, 0);
  record.target_runs.resize(2);
  record.target_runs[0].ended = true;
  EXPECT_EQ(repetitions_done(record), 1) << "the second was interrupted";
}

TEST(Standing, OfWhatCannotGetBetterIsSettled) {
  EXPECT_EQ(repetitions_done(a_record("a", CaseStatus::kOom, 0)), kRepetitions);
  EXPECT_EQ(repetitions_done(a_record("a", CaseStatus::kInvalid, 1)), kRepetitions);
  EXPECT_EQ(repetitions_done(a_record("a", CaseStatus::kFailed, 0)), kRepetitions);
}

TEST(Standing, OfACaseThatOneJobDiedOfIsToBeMeasured) {
  EXPECT_TRUE(in_flight(a_record("a", CaseStatus::kFailed, 0, 1)));
  EXPECT_FALSE(in_flight(a_record("a", CaseStatus::kFailed, 0)));
  EXPECT_EQ(repetitions_done(a_record("a", CaseStatus::kFailed, 0, 1)), 0);
  EXPECT_EQ(repetitions_done(a_record("a", CaseStatus::kOk, 1, 1)), 1) << "only the repetition in flight is lost";
}

TEST(Standing, OfACaseThatTwoJobsDiedOfIsFailed) {
  for (const CaseStatus status : {CaseStatus::kFailed, CaseStatus::kOk}) {
    const CaseRecord record = a_record("a", status, status == CaseStatus::kOk ? 1 : 0, 2);
    const Standing standing = standing_of(a_case("a"), &record, nothing);
    EXPECT_EQ(standing.repetitions_done, kRepetitions);
    ASSERT_TRUE(standing.verdict);
    EXPECT_EQ(standing.verdict->status, CaseStatus::kFailed);
    EXPECT_EQ(standing.verdict->reason, "the job died 2 times while this case was in flight");
  }
}

TEST(Standing, OfACaseThatCannotRunHereIsSkippedUntilALaunchThatCan) {
  const CaseRecord skipped = a_record("a", CaseStatus::kSkipped, 0);
  for (const CaseRecord* record : {static_cast<const CaseRecord*>(nullptr), &skipped}) {
    const Standing standing = standing_of(a_case("a"), record, too_few_ranks);
    EXPECT_EQ(standing.repetitions_done, kRepetitions);
    ASSERT_TRUE(standing.verdict);
    EXPECT_EQ(standing.verdict->status, CaseStatus::kSkipped);
    EXPECT_EQ(standing.verdict->reason, "needs 2 ranks, 1 were launched");
    EXPECT_EQ(standing_of(a_case("a"), record, nothing).repetitions_done, 0);
  }
}

TEST(Standing, OfWhatIsMeasuredAskForNoObstacle) {
  const CaseRecord measured = a_record("a", CaseStatus::kOk, 3);
  EXPECT_FALSE(standing_of(a_case("a"), &measured, too_few_ranks).verdict) << "samples are never thrown away";
}

TEST(ResumePlan, VisitsExactlyWhatIsMissing) {
  const std::vector<config::CaseConfig> cases{a_case("new"), a_case("oom"), a_case("started"), a_case("died twice")};
  const std::vector<CaseRecord> records{
      a_record("died twice", CaseStatus::kFailed, 0, 2), a_record("another config's", CaseStatus::kOk, 1),
      a_record("oom", CaseStatus::kOom, 0), a_record("started", CaseStatus::kOk, 2, 1)};
  const ResumePlan plan = plan_resume(cases, records, nothing, kOrderSeed);
  std::vector<std::pair<std::size_t, int>> visits;
  for (const Visit& visit : plan.visits) visits.emplace_back(visit.case_index, visit.repetition);
  ASSERT_EQ(visits.size(), 4U);
  EXPECT_EQ(visits[0], std::pair(std::size_t{0}, 0));
  EXPECT_EQ(visits[1], std::pair(std::size_t{0}, 1));
  EXPECT_EQ((std::set{visits[2], visits[3]}), (std::set{std::pair(std::size_t{0}, 2), std::pair(std::size_t{2}, 2)}));
  ASSERT_EQ(plan.verdicts.size(), 1U);
  EXPECT_EQ(plan.verdicts[0].first, 3U);
  EXPECT_EQ(plan.verdicts[0].second.status, CaseStatus::kFailed);
}

}  // namespace
}  // namespace scalemark::sweep
