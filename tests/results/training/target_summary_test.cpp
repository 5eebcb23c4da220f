#include "results/training/target_summary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "results/case_summary.h"

namespace scalemark::results {
namespace {

/// Epochs of 1000 images, evaluated after each.
TargetRun run_of(std::int64_t seed, std::vector<double> accuracies, double seconds_per_epoch) {
  TargetRun run;
  run.seed = seed;
  run.ended = true;
  for (std::size_t i = 1; i <= accuracies.size(); ++i) {
    const auto epoch = static_cast<double>(i);
    run.epochs.push_back(epoch);
    run.seconds.push_back(epoch * seconds_per_epoch);
    run.images.push_back(epoch * 1000);
    run.joules.push_back(kNotMeasured);
    run.train_accuracy.push_back(kNotMeasured);
  }
  run.test_accuracy = std::move(accuracies);
  return run;
}

CaseRecord case_of(std::vector<TargetRun> runs) {
  CaseRecord record;
  record.images = 1000;
  record.parameters = {{"measure.target.test_accuracy", 0.9}};
  record.target_runs = std::move(runs);
  return record;
}

TEST(TargetSummary, TheFirstEvaluationAtTheTargetCounts) {
  const TargetRun run = run_of(1, {0.5, 0.9, 0.8, 0.95}, 1);
  EXPECT_EQ(reached_at(run, 0.9), 1U);
  EXPECT_EQ(reached_at(run, 0.91), 3U);
  EXPECT_FALSE(reached_at(run, 0.96).has_value());
}

// Seconds until the target: 20 and 33; before it: 10 and 22. With t(0.975, 1) = 12.7062 and half the difference as
// standard error: 26.5 + 12.7062 * 6.5, and a lower bound below 0, which no time is.
TEST(TargetSummary, MeansOverSeedsAndBoundsFromBothSidesOfTheTarget) {
  CaseRecord record = case_of({run_of(1, {0.5, 0.92}, 10), run_of(2, {0.5, 0.6, 0.9}, 11)});
  summarize(record);
  EXPECT_DOUBLE_EQ(record.row.target_seconds, 26.5);
  EXPECT_NEAR(record.row.target_seconds_high, 26.5 + 12.7062047 * 6.5, 1e-5);
  EXPECT_EQ(record.row.target_seconds_low, 0);
  EXPECT_DOUBLE_EQ(record.row.target_epochs, 2.5);
  EXPECT_DOUBLE_EQ(record.row.target_images, 2500);
  EXPECT_TRUE(std::isnan(record.row.target_joules));
  EXPECT_EQ(record.row.seeds, 2);
  EXPECT_EQ(record.row.seeds_reached, 2);
}

// Before: 10, 22 and 20, standard deviation 6.4291, t(0.975, 2) = 4.30265.
TEST(TargetSummary, TheLowerBoundIsThatOfTheEvaluationsBefore) {
  CaseRecord record = case_of({run_of(1, {0.5, 0.92}, 10), run_of(2, {0.5, 0.6, 0.9}, 11), run_of(3, {0.1, 0.9}, 20)});
  summarize(record);
  EXPECT_NEAR(record.row.target_seconds_low, 52.0 / 3 - 4.30265273 * 6.4291005 / std::sqrt(3.0), 1e-5);
}

TEST(TargetSummary, ASeedThatFellShortLeavesNoNumber) {
  CaseRecord record = case_of({run_of(1, {0.5, 0.92}, 10), run_of(2, {0.5, 0.6, 0.7}, 10)});
  summarize(record);
  EXPECT_TRUE(std::isnan(record.row.target_seconds) && std::isnan(record.row.target_epochs));
  EXPECT_TRUE(std::isnan(record.row.target_seconds_low) && std::isnan(record.row.target_seconds_high));
  EXPECT_EQ(record.row.seeds, 2);
  EXPECT_EQ(record.row.seeds_reached, 1);
}

TEST(TargetSummary, OneSeedIsKnownToWithinAnEvaluation) {
  CaseRecord record = case_of({run_of(1, {0.5, 0.92}, 10)});
  summarize(record);
  EXPECT_DOUBLE_EQ(record.row.target_seconds, 20);
  EXPECT_DOUBLE_EQ(record.row.target_seconds_low, 10);
  EXPECT_DOUBLE_EQ(record.row.target_seconds_high, 20);
}

// 5000 images in 53 s; an interrupted seed has no part in it.
TEST(TargetSummary, TheRateIsThatOfAllTrainingsThatEnded) {
  CaseRecord record = case_of({run_of(1, {0.5, 0.92}, 10), run_of(2, {0.5, 0.6, 0.98}, 11), run_of(3, {0.5}, 1)});
  record.target_runs.back().ended = false;
  summarize(record);
  EXPECT_DOUBLE_EQ(record.row.images_per_second, 5000.0 / 53);
  EXPECT_DOUBLE_EQ(record.row.epoch_seconds_estimated, 53.0 / 5);
  EXPECT_DOUBLE_EQ(record.row.test_accuracy, 0.95);
  EXPECT_TRUE(std::isnan(record.row.step_seconds) && std::isnan(record.row.train_accuracy));
  EXPECT_EQ(record.row.seeds, 2);
}

TEST(TargetSummary, ACaseWithoutATargetHasNoSeeds) {
  CaseRecord record = case_of({});
  summarize(record);
  EXPECT_EQ(record.row.seeds, 0);
  EXPECT_TRUE(std::isnan(record.row.target_seconds));
}

}  // namespace
}  // namespace scalemark::results
