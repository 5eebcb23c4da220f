#include "results/loss_verdict.h"

#include <gtest/gtest.h>

#include <limits>

namespace scalemark::results {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(LossVerdict, FiniteLossesAreValid) {
  EXPECT_FALSE(invalid_losses({}, {}));
  EXPECT_FALSE(invalid_losses({2.3, 2.2}, {}));
}

TEST(LossVerdict, NamesTheFirstStepWhoseLossIsNotFinite) {
  EXPECT_EQ(invalid_losses({2.3, kNan, kInfinity}, {}), "the loss is not finite at step 1");
}

TEST(LossVerdict, AStepThatWasLeftOutHasDoneNoHarm) {
  EXPECT_FALSE(invalid_losses({2.3, kInfinity, 2.2}, {0, 1, 0}));
  EXPECT_EQ(invalid_losses({2.3, kInfinity, 2.2}, {1, 0, 0}), "the loss is not finite at step 1");
}

TEST(LossVerdict, ATrainingThatEndsInSkippedStepsHasNotComeBack) {
  EXPECT_EQ(invalid_losses({2.3, kNan, kNan}, {0, 1, 1}), "the loss is not finite at step 2");
}

}  // namespace
}  // namespace scalemark::results
