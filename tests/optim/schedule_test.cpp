#include "optim/schedule.h"

#include <gtest/gtest.h>

namespace scalemark::optim {
namespace {

TEST(OneCycle, StartsPeaksAndEndsWhereThePolicySays) {
  // 30 % of 100 steps: the peak is the 30th, which has index 29.
  EXPECT_NEAR(one_cycle_learning_rate(0.5, 0, 100), 0.5 / 25, 1e-15);
  EXPECT_DOUBLE_EQ(one_cycle_learning_rate(0.5, 29, 100), 0.5);
  EXPECT_DOUBLE_EQ(one_cycle_learning_rate(0.5, 99, 100), 0.5 / 25 / 1e4);
}

TEST(OneCycle, RisesToThePeakAndFallsAfterIt) {
  for (int step = 1; step < 100; ++step) {
    const double change = one_cycle_learning_rate(1, step, 100) - one_cycle_learning_rate(1, step - 1, 100);
    EXPECT_EQ(change > 0, step <= 29) << step;
  }
}

TEST(OneCycle, IsDefinedForOneStep) { EXPECT_DOUBLE_EQ(one_cycle_learning_rate(1, 0, 1), 1 / 25.0 / 1e4); }

TEST(StepSchedule, DividesByTenAfterEachThird) {
  EXPECT_DOUBLE_EQ(step_learning_rate(0.5, 9, 30), 0.5);
  EXPECT_DOUBLE_EQ(step_learning_rate(0.5, 10, 30), 0.05);
  EXPECT_DOUBLE_EQ(step_learning_rate(0.5, 29, 30), 0.005);
}

TEST(CosineSchedule, IsHalfWayDownInTheMiddle) {
  EXPECT_DOUBLE_EQ(cosine_learning_rate(0.5, 0, 30), 0.5);
  EXPECT_DOUBLE_EQ(cosine_learning_rate(0.5, 15, 30), 0.25);
  EXPECT_GT(cosine_learning_rate(0.5, 29, 30), 0);
}

}  // namespace
}  // namespace scalemark::optim
