#include "prediction/overlap_simulation.h"

#include <gtest/gtest.h>

namespace scalemark::prediction {
namespace {

const ComputeSchedule kCompute{1.0, 2.0, 0.5, {{10, 0.5}, {20, 2.0}}};

TEST(OverlapSimulation, AFastNetworkExposesOnlyTheLastBucket) {
  const auto step = simulate_step(kCompute, [](double bytes) { return bytes / 100; });
  EXPECT_DOUBLE_EQ(step.communication_seconds, 0.3);
  EXPECT_NEAR(step.exposed_seconds, 0.2, 1e-12);
  EXPECT_NEAR(step.step_seconds, 3.7, 1e-12);
}

TEST(OverlapSimulation, ASlowNetworkWorksWithoutAPauseFromTheFirstBucketOn) {
  const auto step = simulate_step(kCompute, [](double bytes) { return bytes; });
  EXPECT_DOUBLE_EQ(step.exposed_seconds, 0.5 + 10 + 20 - 2.0);
  EXPECT_DOUBLE_EQ(step.step_seconds, 1.0 + 0.5 + 30 + 0.5);
}

TEST(OverlapSimulation, WithoutReductionTheStepIsItsCompute) {
  EXPECT_DOUBLE_EQ(simulate_step(kCompute, [](double) { return 0.0; }).step_seconds, kCompute.step_seconds());
}

TEST(OverlapSimulation, ScalingScalesEveryTime) {
  const auto half = kCompute.scaled(0.5);
  EXPECT_DOUBLE_EQ(half.step_seconds(), 1.75);
  EXPECT_DOUBLE_EQ(half.buckets[1].ready_seconds, 1.0);
  EXPECT_DOUBLE_EQ(half.buckets[1].bytes, 20);
}

}  // namespace
}  // namespace scalemark::prediction
