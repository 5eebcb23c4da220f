#include "measure/phase_recorder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <numeric>
#include <thread>

namespace scalemark::measure {
namespace {

using namespace std::chrono_literals;

const c10::Device kCpu(c10::kCPU);

TEST(PhaseRecorder, KeepsEveryPhaseOfEveryStep) {
  PhaseRecorder recorder(kCpu, 2);
  constexpr std::size_t kSteps = 3;
  for (std::size_t step = 0; step < kSteps; ++step) {
    recorder.begin_step();
    for (const Phase phase :
         {Phase::kLoad, Phase::kTransfer, Phase::kForward, Phase::kBackward, Phase::kReduce, Phase::kOptimizer}) {
      recorder.begin(phase);
      if (phase == Phase::kBackward) {
        recorder.bucket_ready(1);
        recorder.bucket_ready(0);
      }
      recorder.end(phase);
    }
    recorder.end_step();
  }
  ASSERT_EQ(recorder.phase_seconds().size(), kPhaseNames.size());
  for (const auto& phase : recorder.phase_seconds()) EXPECT_EQ(phase.size(), kSteps);
  ASSERT_EQ(recorder.bucket_ready_seconds().size(), 2U);
  for (std::size_t step = 0; step < kSteps; ++step) {
    EXPECT_LE(recorder.bucket_ready_seconds()[1][step], recorder.bucket_ready_seconds()[0][step]);
  }
}

// A sleep takes at least its time, so these are lower bounds and hold on any machine.
TEST(PhaseRecorder, TimeOutsideEveryPhaseIsInTheStepAndInNoPhase) {
  PhaseRecorder recorder(kCpu, 0);
  recorder.begin_step();
  recorder.begin(Phase::kForward);
  std::this_thread::sleep_for(5ms);
  recorder.end(Phase::kForward);
  std::this_thread::sleep_for(20ms);
  recorder.end_step();
  const double forward = recorder.phase_seconds()[static_cast<std::size_t>(Phase::kForward)][0];
  EXPECT_GE(forward, 0.005);
  EXPECT_GE(recorder.step_seconds()[0] - forward, 0.020);
}

TEST(PhaseRecorder, APhaseThatComesTwiceInAStepIsSummed) {
  PhaseRecorder recorder(kCpu, 1);
  recorder.begin_step();
  for (const bool last : {false, true}) {
    recorder.begin(Phase::kBackward);
    std::this_thread::sleep_for(5ms);
    if (last) recorder.bucket_ready(0);
    recorder.end(Phase::kBackward);
  }
  recorder.end_step();
  const auto& backward = recorder.phase_seconds()[static_cast<std::size_t>(Phase::kBackward)];
  ASSERT_EQ(backward.size(), 1U);
  EXPECT_GE(backward[0], 0.010);
  EXPECT_GE(recorder.bucket_ready_seconds()[0][0], 0.010) << "the first half of backward comes before it";
  EXPECT_LE(recorder.bucket_ready_seconds()[0][0], backward[0]);
}

TEST(Timeline, IntervalsAreTheDifferencesOfItsMarks) {
  const auto timeline = make_timeline(kCpu);
  timeline->mark();
  std::this_thread::sleep_for(2ms);
  timeline->mark();
  timeline->mark();
  const auto marks = timeline->seconds();
  ASSERT_EQ(marks.size(), 3U);
  EXPECT_EQ(marks[0], 0.0);
  EXPECT_GE(marks[1], 0.002);
  EXPECT_EQ(intervals({0.0, 0.5, 2.0}), (std::vector<double>{0.5, 1.5}));
  EXPECT_TRUE(intervals({}).empty());
}

// Steps of 0.7 ms for two minutes: as floats since the first mark the last ones are up to 4 us off.
TEST(Timeline, ShortTimesStayExactHoweverLateTheyCome) {
  constexpr std::size_t kSteps = 180'000;
  const std::vector<double> marks = seconds_since_first(std::vector<float>(kSteps, 0.7F));
  ASSERT_EQ(marks.size(), kSteps + 1);
  EXPECT_NEAR(marks[kSteps] - marks[kSteps - 1], 0.7e-3, 1e-10);
  EXPECT_NEAR(marks[kSteps], 126.0, 1e-5) << "0.7 as a float is off by 2e-8 of itself";
}

// The second mark lies in a stream of its own, and comes 0.25 ms after the third.
TEST(Timeline, AMarkThatComesLateMovesNoOther) {
  EXPECT_EQ(seconds_since_first({4.25F, -0.25F, 2.0F}), (std::vector<double>{0, 4.25e-3, 4e-3, 6e-3}));
  EXPECT_EQ(seconds_since_first({}), std::vector<double>{0}) << "the first mark alone";
}

}  // namespace
}  // namespace scalemark::measure
