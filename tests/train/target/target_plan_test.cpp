#include "train/target/target_plan.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace scalemark::train {
namespace {

TargetPlan plan_of(std::int64_t global_batch, double every, double most, double warmup = 0) {
  config::CaseConfig config;
  config.gpus = 2;
  config.batch_per_gpu = global_batch / 2;
  config.train.warmup_epochs = warmup;
  config.measure.target_test_accuracy = 0.9;
  config.measure.target_epochs_between = every;
  config.measure.target_most_epochs = most;
  constexpr std::int64_t kImages = 60'000;
  return {config, kImages};
}

std::vector<std::int64_t> evaluations_of(const TargetPlan& plan) {
  std::vector<std::int64_t> steps;
  for (std::int64_t step = 0; !plan.is_over(step, 0);) steps.push_back(step = plan.next_evaluation(step));
  return steps;
}

// 60000 / 128 = 468.75 steps: halves of them are 234.375, 468.75, 703.125.
TEST(TargetPlan, EvaluatesAtTheStepsNearestToTheFractionsOfAnEpoch) {
  EXPECT_EQ(evaluations_of(plan_of(128, 0.5, 1.5)), (std::vector<std::int64_t>{234, 469, 703}));
  EXPECT_EQ(evaluations_of(plan_of(128, 2, 5)), (std::vector<std::int64_t>{938, 1875, 2344})) << "the end counts";
}

// 60000 / 8192 = 7.32 steps, of which a tenth is less than one.
TEST(TargetPlan, EveryStepIsTheMostOften) {
  EXPECT_EQ(evaluations_of(plan_of(8192, 0.1, 1)), (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7}));
}

TEST(TargetPlan, GoesOnFromAnyEvaluation) {
  const TargetPlan plan = plan_of(96, 0.3, 40);
  std::int64_t step = 0;
  for (const std::int64_t expected : evaluations_of(plan)) {
    EXPECT_EQ(plan.next_evaluation(step), expected);
    EXPECT_LT(plan.next_evaluation(expected - 1), expected + 1);
    step = expected;
  }
  EXPECT_EQ(step, 25'000);
}

TEST(TargetPlan, CountsTheEpochsThatWereTrained) {
  const TargetPlan plan = plan_of(128, 1, 50);
  EXPECT_DOUBLE_EQ(plan.images_of(469), 60'032);
  EXPECT_DOUBLE_EQ(plan.epochs_of(469), 60'032.0 / 60'000);
}

TEST(TargetPlan, SpansTheSameEpochsWhateverTheBatch) {
  EXPECT_EQ(plan_of(96, 1, 8).total_steps(), 5000);
  EXPECT_EQ(plan_of(960, 1, 8).total_steps(), 500);
  EXPECT_EQ(plan_of(96, 1, 8, 2).rising_steps(), 1250);
  EXPECT_EQ(plan_of(960, 1, 8, 2).rising_steps(), 125);
  EXPECT_EQ(plan_of(8192, 1, 8, 0.01).rising_steps(), 1) << "a warm-up of any length has a step";
  EXPECT_EQ(plan_of(8192, 1, 8).rising_steps(), 0);
}

TEST(TargetPlan, EndsAtTheTargetOrAfterTheMostEpochs) {
  const TargetPlan plan = plan_of(96, 1, 8);
  EXPECT_FALSE(plan.is_over(625, 0.8999));
  EXPECT_TRUE(plan.is_over(625, 0.9));
  EXPECT_TRUE(plan.is_over(625, 9000.0 / 10'000)) << "the fraction of exact counts";
  EXPECT_FALSE(plan.is_over(4375, 0.1));
  EXPECT_TRUE(plan.is_over(5000, 0.1));
}

}  // namespace
}  // namespace scalemark::train
