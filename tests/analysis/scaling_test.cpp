#include "analysis/scaling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/case_set.h"
#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::CaseStatus;

std::vector<ScalingRow> rows_of(ScalingKind kind, const std::vector<results::ResultFile>& files) {
  return scaling_rows(kind, merge_cases(files).cases);
}

std::vector<ScalingRow> rows_of(ScalingKind kind, const std::vector<CaseRecord>& cases) {
  return rows_of(kind, std::vector<results::ResultFile>{make_file(cases)});
}

// Steps of 1.0 s alone and 1.25 s at two ranks, in every repetition: 1.0 / 1.25 = 0.8.
const std::vector<double> kAlone{1.0, 1.0, 1.0};
const std::vector<double> kPair{1.25, 1.25, 1.25};

TEST(Scaling, FixedDataSetComparesEpochTimes) {
  const auto rows = rows_of(ScalingKind::kFixedDataSet, {make_case("a", 1, 10, kAlone), make_case("b", 2, 10, kPair)});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(rows[0].is_baseline);
  EXPECT_DOUBLE_EQ(rows[0].seconds.estimate, 100.0);  // 1000 images / 10 x 1.0 s
  EXPECT_DOUBLE_EQ(rows[1].seconds.estimate, 62.5);   // 1000 images / 20 x 1.25 s
  EXPECT_NEAR(rows[1].speedup.estimate, 1.6, 1e-12);  // 100 / 62.5
  EXPECT_NEAR(rows[1].efficiency.estimate, 0.8, 1e-12);
  EXPECT_EQ(rows[1].baseline, "a");
  EXPECT_EQ(rows[1].rounds, 3u);
}

// One rank that drives one device, and one that drives two.
TEST(Scaling, DataParallelScalesOverItsDevices) {
  auto one = make_case("one", 1, 10, kAlone);
  auto two = make_case("two", 1, 20, kPair);
  one.row.mode = two.row.mode = "data_parallel";
  two.row.devices = 2;
  two.parameters = {{"gpus", std::int64_t{2}}, {"batch_size", std::int64_t{10}}, {"train.channels_last", "auto"}};
  for (const auto kind : {ScalingKind::kFixedDataSet, ScalingKind::kFixedWorkPerRank}) {
    const auto rows = rows_of(kind, {two, one});
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[1].baseline, "one");
    EXPECT_NEAR(rows[1].speedup.estimate, 1.6, 1e-12);
    EXPECT_NEAR(rows[1].efficiency.estimate, 0.8, 1e-12);
    EXPECT_NE(rows[1].caveat.find("the devices are threads"), std::string::npos) << rows[1].caveat;
  }
  auto same_batch = make_case("same batch", 1, 10, kPair);
  same_batch.row.devices = 2;
  const auto rows = rows_of(ScalingKind::kFixedGlobalBatch, {one, same_batch});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_NEAR(rows[1].speedup.estimate, 0.8, 1e-12);
}

// Alone at 1.5 GHz; together the slower of the two GPUs at 1.2 GHz in the middle repetition: 0.8 / (1.2 / 1.5) = 1.
TEST(Scaling, LowerClocksThanTheBaselinesAreSaidAndCounted) {
  auto alone = make_case("a", 1, 10, kAlone);
  auto pair = make_case("b", 2, 10, kPair);
  alone.machine.ranks = 1;
  alone.machine.sm_clock_hertz = {1.5e9, 1.4e9, 1.6e9};
  pair.machine.ranks = 2;
  pair.machine.sm_clock_hertz = {1.1e9, 1.5e9, 1.2e9, 1.5e9, 1.3e9, 1.5e9};
  auto rows = rows_of(ScalingKind::kFixedWorkPerRank, {alone, pair});
  EXPECT_NEAR(rows.at(1).clock_ratio, 0.8, 1e-12);
  EXPECT_NEAR(rows[1].efficiency_at_equal_clocks, 1.0, 1e-12);
  EXPECT_NE(rows[1].caveat.find("at 80.0 % of the baseline's clock"), std::string::npos) << rows[1].caveat;
  pair.machine.sm_clock_hertz = {1.5e9, 1.5e9, 1.5e9, 1.5e9, 1.5e9, 1.5e9};
  rows = rows_of(ScalingKind::kFixedWorkPerRank, {alone, pair});
  EXPECT_EQ(rows.at(1).caveat.find("clock"), std::string::npos) << rows[1].caveat;
  rows = rows_of(ScalingKind::kFixedWorkPerRank, {make_case("a", 1, 10, kAlone), make_case("b", 2, 10, kPair)});
  EXPECT_TRUE(std::isnan(rows.at(1).clock_ratio));
}

TEST(Scaling, FixedWorkPerRankComparesStepTimes) {
  const auto rows =
      rows_of(ScalingKind::kFixedWorkPerRank, {make_case("a", 1, 10, kAlone), make_case("b", 2, 10, kPair)});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_DOUBLE_EQ(rows[1].seconds.estimate, 1.25);
  EXPECT_NEAR(rows[1].efficiency.estimate, 0.8, 1e-12);
  EXPECT_NEAR(rows[1].speedup.estimate, 1.6, 1e-12);  // 20 / 1.25 images/s over 10 / 1.0
}

TEST(Scaling, FixedGlobalBatchComparesCasesOfTheSameGlobalBatch) {
  const auto rows =
      rows_of(ScalingKind::kFixedGlobalBatch, {make_case("a", 1, 40, {3.0, 3.0}), make_case("b", 2, 20, {2.0, 2.0}),
                                               make_case("c", 4, 10, {1.0, 1.0}), make_case("d", 1, 10, {0.9, 0.9})});
  ASSERT_EQ(rows.size(), 3u);  // d has a global batch of its own
  EXPECT_NEAR(rows[1].speedup.estimate, 1.5, 1e-12);
  EXPECT_NEAR(rows[1].efficiency.estimate, 0.75, 1e-12);
  EXPECT_NEAR(rows[2].speedup.estimate, 3.0, 1e-12);
  EXPECT_NEAR(rows[2].efficiency.estimate, 0.75, 1e-12);
}

TEST(Scaling, IntervalsPairTheRepetitions) {
  // Both sides double from one repetition to the next: the ratio does not move.
  const auto rows = rows_of(ScalingKind::kFixedWorkPerRank,
                            {make_case("a", 1, 10, {1, 2, 4, 8}), make_case("b", 2, 10, {1.25, 2.5, 5, 10})});
  EXPECT_NEAR(rows[1].efficiency.low, 0.8, 1e-9);
  EXPECT_NEAR(rows[1].efficiency.high, 0.8, 1e-9);
}

TEST(Scaling, WithoutASingleRankTheFewestAreTheBaseline) {
  const auto rows =
      rows_of(ScalingKind::kFixedDataSet, {make_case("b", 4, 10, {1.25, 1.25}), make_case("a", 2, 10, {1.0, 1.0})});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].key.name, "a");
  EXPECT_NEAR(rows[1].speedup.estimate, 1.6, 1e-12);
  EXPECT_NEAR(rows[1].efficiency.estimate, 0.8, 1e-12);
  EXPECT_EQ(rows[1].baseline_ranks, 2);
  EXPECT_NE(rows[1].caveat.find("relative to 2 ranks"), std::string::npos);
}

TEST(Scaling, ASideThatIsNotOkIsRefusedWithItsReason) {
  CaseRecord large = make_case("large", 4, 10, {});
  large.row.status = CaseStatus::kOom;
  large.row.reason = "16 GiB are not enough";
  const auto rows =
      rows_of(ScalingKind::kFixedDataSet, {make_case("a", 1, 10, kAlone), make_case("b", 2, 10, kPair), large});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[2].refusal, "large is oom: 16 GiB are not enough");
  EXPECT_TRUE(std::isnan(rows[2].efficiency.estimate));
}

TEST(Scaling, AFailedSingleRankHandsTheBaselineOn) {
  CaseRecord alone = make_case("alone", 1, 10, {});
  alone.row.status = CaseStatus::kFailed;
  const auto rows =
      rows_of(ScalingKind::kFixedDataSet, {alone, make_case("b", 2, 10, {1, 1}), make_case("c", 4, 10, {1, 1})});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].caveat, "alone is failed");
  EXPECT_EQ(rows[2].baseline, "b");
}

TEST(Scaling, AMismatchIsARowWithTheReason) {
  CaseRecord pair = make_case("b", 2, 10, kPair);
  pair.row.precision = "bf16";
  const auto rows = rows_of(ScalingKind::kFixedDataSet, {make_case("a", 1, 10, kAlone), pair});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].key.name, "b");
  EXPECT_NE(rows[0].refusal.find("precision fp32 against bf16"), std::string::npos);
  EXPECT_TRUE(std::isnan(rows[0].efficiency.estimate));
}

TEST(Scaling, EverySeriesHasItsOwnBaseline) {
  CaseRecord alone = make_case("a16", 1, 10, {0.5, 0.5});
  CaseRecord pair = make_case("b16", 2, 10, {1.0, 1.0});
  alone.row.precision = pair.row.precision = "bf16";
  const auto rows = rows_of(ScalingKind::kFixedWorkPerRank,
                            {make_case("a", 1, 10, kAlone), alone, make_case("b", 2, 10, kPair), pair});
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_NEAR(rows[1].efficiency.estimate, 0.8, 1e-12);
  EXPECT_EQ(rows[3].baseline, "a16");
  EXPECT_NEAR(rows[3].efficiency.estimate, 0.5, 1e-12);
}

TEST(Scaling, TheBaselineIsTakenInTheSameModeWhereThereIsOne) {
  CaseRecord single = make_case("single", 1, 10, {0.9, 0.9});
  single.row.mode = "single";
  const auto rows = rows_of(ScalingKind::kFixedWorkPerRank,
                            {single, make_case("a", 1, 10, {1.0, 1.0}), make_case("b", 2, 10, {1.25, 1.25})});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[2].baseline, "a");
  const auto without = rows_of(ScalingKind::kFixedWorkPerRank, {single, make_case("b", 2, 10, {1.25, 1.25})});
  EXPECT_EQ(without[1].baseline, "single");
}

TEST(Scaling, DifferentJobsAreComparedWithACaveat) {
  const auto rows = rows_of(ScalingKind::kFixedDataSet,
                            {make_file({make_case("a", 1, 10, kAlone)}), make_file({make_case("b", 2, 10, kPair)})});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_NEAR(rows[1].efficiency.estimate, 0.8, 1e-12);
  EXPECT_NE(rows[1].caveat.find("different jobs"), std::string::npos);
}

TEST(Scaling, ProcessesOnOneHostAreSaidToShareIt) {
  const auto rows =
      rows_of(ScalingKind::kFixedWorkPerRank, {make_case("a", 1, 10, kAlone), make_case("b", 2, 10, kPair)});
  EXPECT_NE(rows[1].caveat.find("share a host's cores"), std::string::npos);
}

TEST(Scaling, MissingNumbersAreRefusedNotInvented) {
  CaseRecord no_batch = make_case("b", 2, 10, kPair);
  no_batch.row.global_batch = 0;
  auto rows = rows_of(ScalingKind::kFixedDataSet, {make_case("a", 1, 10, kAlone), no_batch});
  EXPECT_FALSE(rows[1].refusal.empty() && std::isnan(rows[1].efficiency.estimate));
  CaseRecord no_samples = make_case("b", 2, 10, {std::nan(""), std::nan("")});
  rows = rows_of(ScalingKind::kFixedDataSet, {make_case("a", 1, 10, kAlone), no_samples});
  EXPECT_EQ(rows[1].refusal, "a side has no samples of the full arm");
  EXPECT_TRUE(std::isnan(steps_per_epoch(1000, 0)));
}

TEST(Scaling, NothingToCompareIsNoRow) {
  EXPECT_TRUE(rows_of(ScalingKind::kFixedDataSet, std::vector<CaseRecord>{}).empty());
  EXPECT_TRUE(
      rows_of(ScalingKind::kFixedDataSet, {make_case("a", 1, 10, kAlone), make_case("b", 2, 20, kPair)}).empty());
}

}  // namespace
}  // namespace scalemark::analysis
