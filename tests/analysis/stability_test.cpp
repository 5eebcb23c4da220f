#include "analysis/stability.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/result_fixture.h"
#include "analysis/trend.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;

std::vector<std::string> kinds_of(const CaseRecord& record) {
  const std::vector<results::ResultFile> files{make_file({record})};
  std::vector<std::string> kinds;
  for (const auto& flag : validity_flags(merge_cases(files).cases.front())) kinds.push_back(flag.kind);
  return kinds;
}

std::string texts_of(const CaseRecord& record) {
  std::string texts;
  const std::vector<results::ResultFile> files{make_file({record})};
  for (const auto& flag : validity_flags(merge_cases(files).cases.front())) texts += flag.text;
  return texts;
}

using Kinds = std::vector<std::string>;

TEST(Trend, CountsThePermutationsOfAShortSeries) {
  // Of the 3! = 6 orders two are monotonic; of the 5! = 120 two.
  EXPECT_NEAR(trend_of(std::vector<double>{1, 2, 3}).p_value, 2.0 / 6, 1e-12);
  EXPECT_NEAR(trend_of(std::vector<double>{5, 4, 3, 2, 1}).p_value, 2.0 / 120, 1e-12);
  // One inversion of 4 values: 1 + 3 orders have at most one, and as many are their mirror images: 8 of 24.
  EXPECT_NEAR(trend_of(std::vector<double>{1, 2, 4, 3}).p_value, 8.0 / 24, 1e-12);
}

TEST(Trend, UsesTheNormalLawForALongSeries) {
  std::vector<double> rising(30);
  for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = 1.0 + static_cast<double>(i);
  // S = 435, variance = 30 x 29 x 65 / 18: z = 434 / 56.05; two-sided p = erfc(z / sqrt 2).
  EXPECT_NEAR(trend_of(rising).p_value, std::erfc(434.0 / std::sqrt(56550.0 / 18) / std::sqrt(2.0)), 1e-18);
  EXPECT_NEAR(trend_of(rising).relative_change, 29.0 / 15.5, 1e-12);
}

TEST(Trend, IsNotMadeByAnOutlier) {
  std::vector<double> values(9, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 1.0 + 0.001 * static_cast<double>((i * 5) % 9);
  values.back() = 100.0;
  EXPECT_LT(std::abs(trend_of(values).relative_change), 0.02);
}

TEST(Trend, ConstantShortAndUnknownSeriesHaveNone) {
  for (const auto& values : {std::vector<double>(12, 1.0), std::vector<double>{1, 2}, std::vector<double>{},
                             std::vector<double>{1, std::nan(""), 3, 4}}) {
    EXPECT_EQ(trend_of(values).p_value, 1.0);
    EXPECT_EQ(trend_of(values).relative_change, 0.0);
  }
}

TEST(Trend, ReducesALongSeries) {
  std::vector<double> values(100000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 1.0 + 1e-6 * static_cast<double>(i);
  const Trend trend = trend_of(values);
  EXPECT_LT(trend.p_value, 1e-6);
  EXPECT_NEAR(trend.relative_change, 0.1 / 1.05, 1e-3);
}

TEST(Validity, ASteadyCaseHasNoFlag) {
  EXPECT_EQ(kinds_of(make_case("a", 2, 10, {1.0, 1.01, 0.99, 1.0, 1.005})), Kinds{});
}

TEST(Validity, ADriftOverRepetitionsIsFlagged) {
  EXPECT_EQ(kinds_of(make_case("a", 1, 10, {1.0, 1.02, 1.04, 1.06, 1.08})), Kinds{"drift over repetitions"});
  // Just as monotonic, but by 0.4 % in all.
  EXPECT_EQ(kinds_of(make_case("a", 1, 10, {1.0, 1.001, 1.002, 1.003, 1.004})), Kinds{});
}

TEST(Validity, RepetitionsThatFollowEachOtherAreFlagged) {
  // Up and down in two waves: no drift, and each repetition is like the one before.
  std::vector<double> waves;
  std::vector<double> shuffled;
  for (int i = 0; i < 24; ++i) {
    waves.push_back(1.0 + 0.05 * std::sin(2 * 3.14159265 * i / 12));
    shuffled.push_back(1.0 + 0.05 * std::sin(2 * 3.14159265 * (i * 7 % 24) / 12));
  }
  EXPECT_EQ(kinds_of(make_case("a", 1, 10, waves)), Kinds{"correlated repetitions"});
  EXPECT_EQ(kinds_of(make_case("a", 1, 10, shuffled)), Kinds{});
}

TEST(Validity, ATrendWithinRepetitionsIsFlagged) {
  CaseRecord record = make_case("a", 1, 10, {1.0, 1.0, 1.0, 1.0, 1.0});
  results::StepSamples rising{12, 1, {}};
  for (int repetition = 0; repetition < 5; ++repetition) {
    for (int step = 0; step < 12; ++step) rising.seconds.push_back(1.0 + (0.01 + 1e-4 * (repetition % 2)) * step);
  }
  record.arms["full"] = rising;
  EXPECT_EQ(kinds_of(record), Kinds{"trend within repetitions"});
}

TEST(Validity, AFirstStepThatIsStillWarmingUpIsFlagged) {
  CaseRecord record = make_case("a", 2, 10, {1.0, 1.0, 1.0, 1.0, 1.0});
  auto& seconds = record.arms["full"].seconds;
  for (std::size_t repetition = 0; repetition < 5; ++repetition) seconds[repetition * 8 + 1] = 1.5;  // rank 1 of 2
  EXPECT_EQ(kinds_of(record), Kinds{"warm-up"});
}

TEST(Validity, FewAndMissingRepetitionsAreFlagged) {
  CaseRecord record = make_case("a", 1, 10, {1.0});
  EXPECT_EQ(kinds_of(record), Kinds{"few repetitions"});
  record.planned_repetitions = 7;
  EXPECT_EQ(kinds_of(record), (Kinds{"missing repetitions", "few repetitions"}));
  for (const auto& repetitions : {std::vector<double>(2, 1.0), std::vector<double>(4, 1.0)}) {
    EXPECT_EQ(kinds_of(make_case("a", 1, 10, repetitions)), Kinds{"independence assumed"});
  }
  EXPECT_EQ(kinds_of(make_case("a", 1, 10, std::vector<double>(5, 1.0))), Kinds{});
}

TEST(Validity, AnAutomaticJobWhoseTimeIsOverMissesNoRepetition) {
  CaseRecord record = make_case("a", 1, 10, {1.0, 1.01, 0.99, 1.0, 1.005});
  record.parameters.insert(record.parameters.end(), {{"measure.repetitions", "auto"}, {"measure.precision", "2%"}});
  record.planned_repetitions = 18;
  EXPECT_EQ(kinds_of(record), Kinds{"missing repetitions"}) << "its pilot did not end";
  record.wanted_repetitions = 18;
  EXPECT_EQ(kinds_of(record), Kinds{}) << "precise enough";
  // Student's t of 4 degrees: 2.776 x 0.0074 / sqrt(5) = 0.92 %.
  record.parameters.back().second = std::string("0.5%");
  EXPECT_EQ(kinds_of(record), Kinds{"precision not reached"});
  EXPECT_EQ(texts_of(record),
            "the job ended after 5 of about 18 repetitions: the step time is known to 0.92 %, and 0.5 % was asked for");
}

TEST(Validity, InterruptionsAndUnequalThreadsAreFlagged) {
  CaseRecord record = make_case("a", 2, 10, {1.0, 1.0, 1.0, 1.0, 1.0});
  record.interruptions = 1;
  record.rank_rows[1].threads = 3;
  EXPECT_EQ(kinds_of(record), (Kinds{"interrupted", "unequal threads"}));
}

TEST(Validity, StepsThatFp16LeftOutAreFlaggedWithTheirShare) {
  CaseRecord record = make_case("a", 1, 10, {1.0, 1.0, 1.0, 1.0, 1.0});
  record.loss.assign(20, 2.3);
  record.skipped_steps = 2;
  EXPECT_EQ(kinds_of(record), Kinds{}) << "while the scale is searched for";
  record.skipped_steps = 3;
  EXPECT_EQ(kinds_of(record), Kinds{"steps skipped"});
  EXPECT_NE(texts_of(record).find("3 of 20 steps (15 %)"), std::string::npos) << texts_of(record);
  record.skipped_steps = 20;
  EXPECT_NE(texts_of(record).find("nothing was trained"), std::string::npos);
}

TEST(Validity, CasesThatAreNotOkOrHoldNothingDoNotCrash) {
  CaseRecord record = make_case("a", 2, 10, {});
  EXPECT_EQ(kinds_of(record), Kinds{"few repetitions"});
  record.arms.clear();
  EXPECT_EQ(kinds_of(record), Kinds{"published"});
  record.arms["full"] = steady_samples({std::nan(""), 1.0, 1.0, 1.0, 1.0}, 2);
  EXPECT_EQ(kinds_of(record), Kinds{});
  record.row.status = results::CaseStatus::kOom;
  EXPECT_EQ(kinds_of(record), Kinds{});
}

TEST(Validity, OtherWorkOnTheHostIsFlagged) {
  CaseRecord record = make_case("a", 2, 10, {1.0, 1.01, 0.99, 1.0, 1.0});
  record.machine = {2, {0.02, 0.05, 0.09, 0.04, 0.0, std::nan("")}, {}, {}, {}, {}};
  EXPECT_EQ(kinds_of(record), Kinds{});
  record.machine.other_load_fraction[3] = 0.34;
  EXPECT_EQ(kinds_of(record), Kinds{"other load"});
  const std::vector<results::ResultFile> files{make_file({record})};
  EXPECT_EQ(
      validity_flags(merge_cases(files).cases.front()).front().text,
      "in 1 repetition(s) other work took more than 10 % of a host's processors, at most 34 %, on rank 1 (node1)");
}

TEST(Validity, LoweredClocksAreFlaggedByCauseAndPlace) {
  CaseRecord record = make_case("a", 2, 10, {1.0, 1.01, 0.99, 1.0, 1.0});
  record.rank_rows[1].device_uuid = "GPU-1";
  record.machine = {2, {}, {}, {0, 0, 0, 0.25, 0, 0.5}, {0, 0, 0, 0, 0, 0}, {}};
  EXPECT_EQ(kinds_of(record), Kinds{"clocks throttled"});
  const std::vector<results::ResultFile> files{make_file({record})};
  EXPECT_EQ(validity_flags(merge_cases(files).cases.front()).front().text,
            "in 2 repetition(s) the clocks were lowered by the power cap or the power brake, on rank 1 (node1, GPU-1)");
}

}  // namespace
}  // namespace scalemark::analysis
