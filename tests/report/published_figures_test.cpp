#include "analysis/published_figures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/result_fixture.h"
#include "report/pages/markdown.h"
#include "report/pages/summary.h"
#include "report/report.h"

namespace scalemark::report {
namespace {

using namespace analysis;

using results::CaseRecord;

/// A figure as `scalemark import` makes it: no sample, no planned repetition, one rank row that names the device.
CaseRecord published_case(std::int32_t ranks, std::int64_t batch_per_rank, double epoch_seconds) {
  CaseRecord record;
  record.row.case_id = "published" + std::to_string(ranks) + "x" + std::to_string(batch_per_rank);
  record.row.status = results::CaseStatus::kOk;
  record.row.ranks = ranks;
  record.row.batch_per_rank = batch_per_rank;
  record.row.global_batch = batch_per_rank * ranks;
  record.row.epoch_seconds = epoch_seconds;
  record.images = 50000;
  results::RankRow rank;
  rank.device = "NVIDIA V100";
  record.rank_rows = {rank};
  return record;
}

std::vector<ScalingRow> rows_of(ScalingKind kind, const std::vector<CaseRecord>& cases) {
  const std::vector<results::ResultFile> files{make_file(cases)};
  return scaling_rows(kind, merge_cases(files).cases);
}

TEST(PublishedFigures, EpochTimesGiveSpeedupWithoutAnInterval) {
  const auto rows = rows_of(ScalingKind::kFixedDataSet, {published_case(1, 512, 18.07), published_case(2, 512, 10.20)});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_DOUBLE_EQ(rows[1].seconds.estimate, 10.20);
  EXPECT_DOUBLE_EQ(rows[1].speedup.estimate, 18.07 / 10.20);
  EXPECT_TRUE(std::isnan(rows[1].speedup.low) && std::isnan(rows[1].efficiency.high));
  EXPECT_EQ(rows[1].caveat, "published figures, no repetitions: no interval");
  EXPECT_EQ(rows[1].refusal, "");
  EXPECT_TRUE(rows[1].published);
}

TEST(PublishedFigures, WeakScalingOfEpochTimesSaysWhatItHoldsFixed) {
  const auto rows =
      rows_of(ScalingKind::kFixedWorkPerRank, {published_case(1, 512, 18.07), published_case(2, 512, 10.20)});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_DOUBLE_EQ(rows[1].efficiency.estimate, 18.07 / (2 * 10.20));
  EXPECT_DOUBLE_EQ(rows[1].seconds.estimate, 10.20 / (50000.0 / 1024));
  EXPECT_TRUE(contains(rows[1].caveat, "The data set and the batch per rank were held fixed")) << rows[1].caveat;
}

TEST(PublishedFigures, StatedStepTimesComeFirst) {
  auto alone = published_case(1, 10, 100.0);
  auto pair = published_case(2, 10, 70.0);
  alone.row.step_seconds = 1.0;
  pair.row.step_seconds = 1.25;
  const auto weak = rows_of(ScalingKind::kFixedWorkPerRank, {alone, pair});
  EXPECT_DOUBLE_EQ(weak[1].efficiency.estimate, 0.8);
  EXPECT_FALSE(contains(weak[1].caveat, "worked out"));
  EXPECT_DOUBLE_EQ(rows_of(ScalingKind::kFixedDataSet, {alone, pair})[1].speedup.estimate, 100.0 / 70.0);
  alone.row.epoch_seconds = results::kNotMeasured;
  EXPECT_DOUBLE_EQ(rows_of(ScalingKind::kFixedDataSet, {alone, pair})[1].speedup.estimate, 1.6);
}

TEST(PublishedFigures, WithoutACommonQuantityThereIsNoSpeedup) {
  auto alone = published_case(1, 10, 100.0);
  auto pair = published_case(2, 10, results::kNotMeasured);
  pair.row.step_seconds = 1.25;
  const auto rows = rows_of(ScalingKind::kFixedDataSet, {alone, pair});
  EXPECT_EQ(rows[1].refusal, "the two sides publish no time of the same kind");
  EXPECT_TRUE(std::isnan(rows[1].speedup.estimate));
}

TEST(PublishedFigures, AreNeverMixedWithMeasuredOnes) {
  auto published = make_file({published_case(1, 10, 1.0), published_case(2, 10, 0.1)});
  published.source = "a paper";
  const Report report = build_report(
      {make_file({make_case("alone", 1, 10, {1.0, 1.0, 1.0}), make_case("pair", 2, 10, {1.25, 1.25, 1.25})}),
       published});
  EXPECT_TRUE(contains(summary_of(report)[0], "the fastest is 2 ranks: 16.0 images/s")) << summary_of(report)[0];
  EXPECT_TRUE(contains(summary_of(report)[1], "an efficiency of 80.0 %")) << summary_of(report)[1];
  EXPECT_FALSE(contains(summary_of(report)[1], "over its")) << summary_of(report)[1];
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_TRUE(contains(report.notes[0], "The figures of file 2 were published, not measured here")) << report.notes[0];
  EXPECT_TRUE(contains(report.notes[0], "Source: a paper"));
  EXPECT_TRUE(contains(main_table(report), "Source: a paper"));
}

TEST(PublishedFigures, AReportOfThemAloneSaysSo) {
  const Report report = build_report({make_file({published_case(1, 512, 18.07), published_case(2, 512, 10.20)})});
  EXPECT_EQ(summary_of(report)[0], "Of 2 cases, none was measured here: they are published figures.");
  EXPECT_TRUE(contains(summary_of(report)[1], "an efficiency of 88.6 % (published figures")) << summary_of(report)[1];
  EXPECT_TRUE(contains(markdown_page(report), "| 1.77 | 88.6 % |")) << markdown_page(report);
  ASSERT_EQ(report.flags.size(), 2u);
  EXPECT_EQ(report.flags[0].kind, "published");
}

}  // namespace
}  // namespace scalemark::report
