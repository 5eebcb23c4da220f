#include <gtest/gtest.h>

#include <cmath>

#include "analysis/report.h"
#include "analysis/situation.h"

namespace scalemark::analysis {
namespace {

/// Ranks that compute alike, so that each expected value is that of a formula over the delays.
Situation calm() {
  Situation situation;
  situation.scatter = 0.0;
  return situation;
}

LostSpeedup split_of(const Situation& together) {
  return build_report({measured(alone_on(together), together, 5)}).lost_fixed_work.at(0);
}

double seconds_of(const LostSpeedup& lost, LossCause cause) { return lost.part(cause).seconds; }

TEST(LossSplit, SlowedBackwardAndTheTailAreToldApart) {
  Situation situation = calm();
  situation.reduction = 0.1;
  situation.tail = 0.03;
  situation.slowed = 0.05;
  const LostSpeedup lost = split_of(situation);
  EXPECT_TRUE(lost.splits_backward);
  EXPECT_NEAR(seconds_of(lost, LossCause::kCommunication), 0.03, 1e-9);
  EXPECT_NEAR(seconds_of(lost, LossCause::kSlowedBackward), 0.05, 1e-9);
  EXPECT_NEAR(seconds_of(lost, LossCause::kResidual), 0.0, 1e-9);
  EXPECT_NEAR(lost.part(LossCause::kSlowedBackward).speedup.estimate, 4 * 0.05 / 0.28, 1e-9);
}

TEST(LossSplit, WithoutTheEndOfBackwardTheyAreOnePartThatSaysSo) {
  Situation situation = calm();
  situation.tail = 0.03;
  situation.slowed = 0.05;
  situation.points = false;
  const LostSpeedup lost = split_of(situation);
  EXPECT_FALSE(lost.splits_backward);
  EXPECT_NEAR(seconds_of(lost, LossCause::kCommunication), 0.08, 1e-9);
  EXPECT_TRUE(std::isnan(seconds_of(lost, LossCause::kSlowedBackward)));
  EXPECT_EQ(lost.part(LossCause::kSlowedBackward).unknown,
            "exposed communication holds it: the end of backward was not recorded");
  EXPECT_NEAR(seconds_of(lost, LossCause::kResidual), 0.0, 1e-9);
}

/// Both sides must tell when backward ended: a split of one alone would move time from one part to the other.
TEST(LossSplit, AReferenceWithoutItIsNoReference) {
  Situation four = calm();
  four.slowed = 0.05;
  Situation two = calm();
  two.ranks = 2;
  two.points = false;
  const LostSpeedup lost = build_report({measured(two, four, 5)}).lost_fixed_work.at(0);
  EXPECT_FALSE(lost.splits_backward);
  EXPECT_NEAR(seconds_of(lost, LossCause::kCommunication), 0.05, 1e-9);
}

TEST(LossSplit, ARepetitionWithoutThePointsIsNotSplit) {
  Situation situation = calm();
  situation.slowed = 0.05;
  results::ResultFile file = measured(alone_on(situation), situation, 5);
  file.cases[1].backward_end_seconds["full"].seconds.front() = results::kNotMeasured;
  EXPECT_FALSE(build_report({file}).lost_fixed_work.at(0).splits_backward);
}

/// Stalls that meet one rank at a time cost the step, and no rank is slow: all of it is input.
TEST(LossSplit, RandomStallsOfTheInputCountOnce) {
  Situation situation = calm();
  situation.stall = 0.4;
  const LostSpeedup lost = split_of(situation);
  EXPECT_TRUE(lost.splits_waiting);
  // The step waits where the batch of any of four ranks stalls: in a third of the steps.
  const double expected = 0.4 * (1.0 - std::pow(1.0 - situation.stalled, 4));
  EXPECT_NEAR(seconds_of(lost, LossCause::kInput), expected, 0.3 * expected);
  EXPECT_NEAR(seconds_of(lost, LossCause::kWaiting), 0.0, 1e-9);
}

TEST(LossSplit, WithoutRecordedWaitsTheSameStallsCountAsWaitingToo) {
  Situation situation = calm();
  situation.stall = 0.4;
  situation.points = false;
  const LostSpeedup lost = split_of(situation);
  EXPECT_FALSE(lost.splits_waiting);
  EXPECT_GT(seconds_of(lost, LossCause::kWaiting), 0.05);
}

}  // namespace
}  // namespace scalemark::analysis
