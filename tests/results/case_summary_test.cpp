#include "results/case_summary.h"

#include <gtest/gtest.h>

#include <cmath>

namespace scalemark::results {
namespace {

// Two ranks, three steps, two repetitions. The slower rank of each step: 1 5 3, then 4 8 6.
const StepSamples kFull{3, 2, {1, 0.5, 2, 5, 3, 3, 4, 1, 8, 7, 2, 6}};

TEST(RepetitionMedians, SlowestRankThenMedianOverSteps) {
  EXPECT_EQ(repetition_medians(kFull), (std::vector<double>{3, 6}));
  EXPECT_TRUE(repetition_medians({}).empty());
  EXPECT_TRUE(repetition_medians({5, 2, {}}).empty());
}

TEST(RepetitionMedians, AMissingSampleLeavesItsRepetitionUnknown) {
  StepSamples samples = kFull;
  samples.seconds[2] = kNotMeasured;
  const std::vector<double> medians = repetition_medians(samples);
  EXPECT_TRUE(std::isnan(medians[0]));
  EXPECT_EQ(medians[1], 6);
}

CaseRecord measured_case() {
  CaseRecord record;
  record.row.global_batch = 90;
  record.images = 900;
  record.arms["full"] = kFull;
  record.arms["no_sync"] = {3, 2, {1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5}};  // medians 2, 4
  record.arms["comm_only"] = {3, 1, {1, 2, 3, 7, 9, 8}};                  // medians 2, 8
  return record;
}

TEST(Summarize, StepsAndThroughput) {
  CaseRecord record = measured_case();
  summarize(record);
  EXPECT_DOUBLE_EQ(record.row.step_seconds, 4.5);
  // ln 3 and ln 6: mean ln sqrt(18), standard error (ln 2) / 2, Student's t 12.7062047 for one degree of freedom.
  EXPECT_NEAR(record.row.step_seconds_low, std::sqrt(18.0) * std::exp(-12.7062047 * std::log(2.0) / 2), 1e-6);
  EXPECT_NEAR(record.row.step_seconds_high, std::sqrt(18.0) * std::exp(12.7062047 * std::log(2.0) / 2), 1e-4);
  EXPECT_DOUBLE_EQ(record.row.images_per_second, 24);  // 90 / 3.75 s: the time that passed, of the next test
  EXPECT_DOUBLE_EQ(record.row.epoch_seconds_estimated, 37.5);
  EXPECT_DOUBLE_EQ(record.row.comm_seconds, 5);
  EXPECT_DOUBLE_EQ(record.row.exposed_comm_seconds, 0.75);  // 8.5/3 - 2 and 14/3 - 4
}

TEST(Summarize, MeanStepIsTheTimeThatPassedOverTheSteps) {
  CaseRecord record = measured_case();
  summarize(record);
  // The ranks' totals over three steps: 6 and 8.5 s, then 14 and 14 s. The slowest ranks of the single steps would add
  // up to 9 and 18 s.
  const double first = 8.5 / 3;
  const double second = 14.0 / 3;
  EXPECT_DOUBLE_EQ(record.row.step_mean_seconds, (first + second) / 2);
  // Two values: the standard error is half of their distance.
  EXPECT_NEAR(record.row.step_mean_seconds_low, 3.75 - 12.7062047 * (second - first) / 2, 1e-6);
  EXPECT_NEAR(record.row.step_mean_seconds_high, 3.75 + 12.7062047 * (second - first) / 2, 1e-6);
}

TEST(RowFromSamples, ReplacesWhatAnOlderFileMadeOfMedians) {
  CaseRecord record = measured_case();
  record.row.images_per_second = 20;  // 90 / 4.5 s, the median
  record.row.test_accuracy = 0.5;
  EXPECT_DOUBLE_EQ(row_from_samples(record).images_per_second, 24);
  EXPECT_EQ(row_from_samples(record).test_accuracy, 0.5);
  record.arms.clear();  // a published figure
  EXPECT_EQ(row_from_samples(record).images_per_second, 20);
}

TEST(RepetitionSlowestMeans, TakeTheSlowestRankOfEachStep) {
  EXPECT_EQ(repetition_slowest_means(kFull), (std::vector<double>{3, 6}));  // (1 + 5 + 3) / 3 and (4 + 8 + 6) / 3
}

TEST(Summarize, ARareStallIsInTheMeanAndNotInTheMedian) {
  CaseRecord record;
  record.arms["full"] = {50, 1, std::vector<double>(100, 0.1)};
  record.arms["full"].seconds[7] = record.arms["full"].seconds[80] = 2.6;
  summarize(record);
  EXPECT_DOUBLE_EQ(record.row.step_seconds, 0.1);
  EXPECT_NEAR(record.row.step_mean_seconds, 0.15, 1e-12);
}

TEST(Summarize, AMissingSampleLeavesItsRepetitionOutOfTheMean) {
  CaseRecord record = measured_case();
  record.arms["full"].seconds[2] = kNotMeasured;
  summarize(record);
  EXPECT_DOUBLE_EQ(record.row.step_mean_seconds, 14.0 / 3);
  EXPECT_TRUE(std::isnan(record.row.step_mean_seconds_low));
}

TEST(Summarize, PhasesAddUpPerRankBeforeTheSlowestIsTaken) {
  CaseRecord record = measured_case();
  record.phase_names = {"load", "transfer", "forward", "backward", "reduce", "optimizer"};
  const auto phase = [](std::vector<double> seconds) { return StepSamples{1, 2, std::move(seconds)}; };
  record.phase_seconds = {phase({1, 2, 5, 4}),  phase({50, 50, 50, 50}), phase({10, 1, 10, 1}),
                          phase({1, 12, 2, 9}), phase({70, 70, 70, 70}), phase({0.5, 0.25, 1, 0.5})};
  summarize(record);
  EXPECT_DOUBLE_EQ(record.row.load_seconds, 3.5);        // 2 and 5
  EXPECT_DOUBLE_EQ(record.row.compute_seconds, 13.125);  // rank 1: 13.25; then rank 0: 13
}

TEST(Summarize, EpochsMemoryLossAndAccuracy) {
  CaseRecord record = measured_case();
  record.epoch_seconds = {100, 40, 60, 44};
  record.rank_rows.resize(3);
  record.rank_rows[0].peak_memory_bytes = 10;
  record.rank_rows[2].peak_memory_bytes = 30;
  record.loss = {2, 1, 0.5};
  record.accuracy = {{0.1, 0.2}, {0.3, 0.4}};
  summarize(record);
  EXPECT_EQ(record.row.first_epoch_seconds, 100);
  EXPECT_EQ(record.row.epoch_seconds, 44);
  EXPECT_EQ(record.row.peak_memory_bytes, 30);
  EXPECT_EQ(record.row.final_loss, 0.5);
  EXPECT_EQ(record.row.train_accuracy, 0.3);
  EXPECT_EQ(record.row.test_accuracy, 0.4);
}

TEST(Summarize, TheStepsThatFp16LeftOutAreAShareOfTheLosses) {
  CaseRecord record = measured_case();
  record.loss = {2, 2, 1, 1};
  summarize(record);
  EXPECT_TRUE(std::isnan(record.row.skipped_step_fraction)) << "there is no scaler";
  record.skipped_steps = 3;
  EXPECT_EQ(row_from_samples(record).skipped_step_fraction, 0.75) << "an older file's row lacks it";
  summarize(record);
  EXPECT_EQ(record.row.skipped_step_fraction, 0.75);
}

// 100 images in batches of 32 on one rank are 3 batches, and on two ranks, which have 50 each, one of 64.
TEST(Summarize, EpochsThatLeaveImagesOutAreScaledToTheDataSet) {
  CaseRecord record;
  record.images = 100;
  record.row.ranks = 2;
  record.row.batch_per_rank = 32;
  record.row.global_batch = 64;
  record.epoch_seconds = {10, 3, 5, 4};
  record.arms["full"] = {4, 2, std::vector<double>(8, 4.0)};
  summarize(record);
  EXPECT_EQ(images_per_epoch(record), 64);
  EXPECT_DOUBLE_EQ(record.row.epoch_seconds, 4 / 0.64);
  EXPECT_DOUBLE_EQ(record.row.first_epoch_seconds, 10 + 4 * (1 / 0.64 - 1)) << "the start is paid for once";
  const std::vector<double> whole = whole_epoch_seconds(record);
  EXPECT_DOUBLE_EQ(whole[1] + whole[2] + whole[3], 12 / 0.64);
  record.row.epoch_seconds = 4;
  EXPECT_DOUBLE_EQ(row_from_samples(record).epoch_seconds, 4 / 0.64) << "an older file's row is not scaled";
  record.images = 63;  // 32 a rank: one image is trained on twice
  EXPECT_DOUBLE_EQ(whole_epoch_seconds(record)[1], 3 * 63.0 / 64);
  record.arms["full"].steps = 8;  // not those of the epochs
  EXPECT_EQ(whole_epoch_seconds(record), record.epoch_seconds);
}

TEST(Summarize, WhatIsMissingIsNaN) {
  CaseRecord record;
  record.phase_names = {"load", "forward"};
  record.epoch_seconds = {7};
  summarize(record);
  const CaseRow& row = record.row;
  EXPECT_EQ(row.first_epoch_seconds, 7);
  for (const double value :
       {row.step_mean_seconds, row.step_mean_seconds_low, row.step_mean_seconds_high, row.step_seconds,
        row.step_seconds_low, row.step_seconds_high, row.images_per_second, row.epoch_seconds,
        row.epoch_seconds_estimated, row.load_seconds, row.compute_seconds, row.comm_seconds, row.exposed_comm_seconds,
        row.peak_memory_bytes, row.final_loss, row.train_accuracy, row.test_accuracy})
    EXPECT_TRUE(std::isnan(value));
}

TEST(Summarize, OneRepetitionHasAnEstimateButNoInterval) {
  CaseRecord record = measured_case();
  for (auto& [name, samples] : record.arms) samples.seconds.resize(samples.seconds.size() / 2);
  summarize(record);
  EXPECT_EQ(record.row.step_seconds, 3);
  EXPECT_TRUE(std::isnan(record.row.step_seconds_low));
  EXPECT_TRUE(std::isnan(record.row.step_seconds_high));
  EXPECT_DOUBLE_EQ(record.row.exposed_comm_seconds, 8.5 / 3 - 2);
}

}  // namespace
}  // namespace scalemark::results
