#include "sweep/repetition_plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "sweep/precision_text.h"

namespace scalemark::sweep {
namespace {

using results::CaseRecord;
using results::CaseStatus;

constexpr int kPilot = config::kPilotRepetitions;

config::CaseConfig auto_case(int gpus, std::int64_t batch) {
  config::CaseConfig config;
  config.id = std::to_string(gpus) + "x" + std::to_string(batch);
  config.gpus = gpus;
  config.batch_per_gpu = batch;
  config.measure.repetitions_auto = true;
  config.measure.repetitions = kPilot;
  return config;
}

/// One step on one rank per repetition.
CaseRecord a_record(const std::string& id, const std::vector<double>& repetition_seconds) {
  CaseRecord record;
  record.row.case_id = id;
  record.row.status = CaseStatus::kOk;
  for (const char* arm : {"full", "phases"}) record.arms[arm] = {1, 1, repetition_seconds};
  return record;
}

/// Alternately `seconds` times and over exp(swing).
std::vector<double> swinging(double seconds, double swing, int count = kPilot) {
  std::vector<double> values;
  for (int r = 0; r < count; ++r) values.push_back(seconds * std::exp(r % 2 == 0 ? swing : -swing));
  return values;
}

/// Stein's n for logarithms that alternate between +swing and -swing in a pilot of ten: their variance is
/// 10 swing^2 / 9, and t(0.975, 9) is 2.262157 in every table.
std::int64_t stein(double swing, double precision) {
  return static_cast<std::int64_t>(
      std::ceil(std::pow(2.2621571627409915 / std::log1p(precision), 2) * 10 * swing * swing / 9));
}

TEST(RepetitionPlan, OfACaseAloneFollowsTheScatterOfItsStep) {
  const std::vector<config::CaseConfig> cases{auto_case(1, 8)};
  const auto decisions = decide_repetitions(cases, {a_record("1x8", swinging(0.1, 0.04))});
  ASSERT_EQ(decisions.size(), 1U);
  EXPECT_EQ(decisions[0].planned, stein(0.04, 0.02));
  EXPECT_EQ(decisions[0].wanted, stein(0.04, 0.02));
  EXPECT_GT(decisions[0].planned, kPilot);
  EXPECT_EQ(decide_repetitions(cases, {a_record("1x8", swinging(0.1, 0.001))})[0].planned, kPilot) << "a quiet case";
}

TEST(RepetitionPlan, OfComparedCasesFollowsTheScatterOfTheirRatio) {
  const std::vector<config::CaseConfig> cases{auto_case(1, 8), auto_case(2, 8)};
  // Both swing widely, together: their ratio by 0.03 alone.
  const auto together =
      decide_repetitions(cases, {a_record("2x8", swinging(0.1, 0.17)), a_record("1x8", swinging(0.2, 0.20))});
  ASSERT_EQ(together.size(), 2U);
  for (const auto& decision : together) EXPECT_EQ(decision.planned, stein(0.03, 0.02));
}

TEST(RepetitionPlan, OfACaseInSeveralRatiosIsThatOfTheNoisiest) {
  // 1x16 is held against 2x16 (fixed batch per rank) and 2x8 (fixed global batch); 1x8 against 2x8.
  const std::vector<config::CaseConfig> cases{auto_case(1, 8), auto_case(2, 8), auto_case(1, 16), auto_case(2, 16)};
  const auto decisions =
      decide_repetitions(cases, {a_record("1x8", swinging(0.1, 0.0)), a_record("2x8", swinging(0.1, 0.0)),
                                 a_record("1x16", swinging(0.1, 0.0)), a_record("2x16", swinging(0.1, 0.04))});
  ASSERT_EQ(decisions.size(), 4U);
  EXPECT_EQ(decisions[0].planned, kPilot);
  EXPECT_EQ(decisions[1].planned, kPilot);
  EXPECT_EQ(decisions[2].planned, stein(0.04, 0.02));
  EXPECT_EQ(decisions[3].planned, stein(0.04, 0.02));
}

TEST(RepetitionPlan, HasAnEndAndSaysWhatItWouldTake) {
  std::vector<config::CaseConfig> cases{auto_case(1, 8)};
  cases[0].measure.most_repetitions = 25;
  cases[0].measure.precision_percent = 0.5;
  const auto decisions = decide_repetitions(cases, {a_record("1x8", swinging(0.1, 0.04))});
  EXPECT_EQ(decisions[0].planned, 25);
  EXPECT_EQ(decisions[0].wanted, stein(0.04, 0.005));
}

TEST(RepetitionPlan, IsMadeOnceAndKept) {
  std::vector<config::CaseConfig> cases{auto_case(1, 8)};
  CaseRecord record = a_record("1x8", swinging(0.1, 0.04, 12));
  record.planned_repetitions = 19;
  record.wanted_repetitions = 19;
  EXPECT_TRUE(decide_repetitions(cases, {record}).empty());
  EXPECT_EQ(with_decisions(cases, {record})[0].measure.repetitions, 19);
  record.wanted_repetitions.reset();
  EXPECT_EQ(with_decisions(cases, {record})[0].measure.repetitions, kPilot) << "the pilot is not complete";
}

TEST(RepetitionPlan, LeavesOthersAlone) {
  std::vector<config::CaseConfig> cases{auto_case(1, 8), auto_case(2, 8), auto_case(4, 8)};
  cases[0].measure.repetitions_auto = false;
  cases[0].measure.repetitions = 3;
  CaseRecord lost = a_record("2x8", {});
  lost.row.status = CaseStatus::kOom;
  const std::vector<CaseRecord> records{a_record("1x8", {0.1, 0.1, 0.1}), lost, a_record("4x8", {0.1, 0.1})};
  EXPECT_TRUE(decide_repetitions(cases, records).empty()) << "asked for 3; out of memory; pilot not complete";
  EXPECT_EQ(with_decisions(cases, records)[0].measure.repetitions, 3);
}

TEST(Precision, IsTheHalfWidthOfTheWidestRatio) {
  const std::vector<config::CaseConfig> cases{auto_case(1, 8), auto_case(2, 8)};
  const std::vector<CaseRecord> records{a_record("1x8", swinging(0.1, 0.02)), a_record("2x8", swinging(0.1, 0.05))};
  // t s / sqrt(10) of logarithms that swing by 0.03.
  const double half_width = 2.2621571627409915 * 0.03 * std::sqrt(10.0 / 9.0) / std::sqrt(10.0);
  EXPECT_NEAR(precision_reached(0, cases, records), std::expm1(half_width), 1e-12);
  EXPECT_EQ(precision_remark(records[0], cases, records), "; known to 2.3 %, 2 % asked");
  EXPECT_EQ(
      precision_summary(cases, records),
      "precision reached by 0 of 2 cases; 1x8 is known to 2.3 %, and would need about 14 repetitions; 2x8 is known "
      "to 2.3 %, and would need about 14 repetitions");
}

TEST(Precision, IsKnownOnceEveryCaseHasTwoRepetitions) {
  std::vector<config::CaseConfig> cases{auto_case(1, 8), auto_case(2, 8)};
  EXPECT_FALSE(all_have_intervals(cases, {a_record("1x8", {0.1, 0.1})}));
  EXPECT_FALSE(all_have_intervals(cases, {a_record("1x8", {0.1, 0.1}), a_record("2x8", {0.1})}));
  EXPECT_TRUE(all_have_intervals(cases, {a_record("1x8", {0.1, 0.1}), a_record("2x8", {0.1, 0.1})}));
  cases[0].measure.repetitions_auto = false;
  EXPECT_FALSE(all_have_intervals(cases, {a_record("1x8", {0.1, 0.1}), a_record("2x8", {0.1, 0.1})}))
      << "a number of repetitions is a promise";
}

}  // namespace
}  // namespace scalemark::sweep
