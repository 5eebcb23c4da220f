#include "measure/step_clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace scalemark::measure {
namespace {

void pass(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

/// A step of 20 ms for its batch, 80 ms for forward and backward and 40 ms behind them, at the least.
void show_step(StepClock& clock) {
  using namespace std::chrono_literals;
  clock.begin_step();
  clock.begin(Phase::kLoad);
  pass(10ms);
  clock.end(Phase::kLoad);
  clock.begin(Phase::kTransfer);
  pass(10ms);
  clock.end(Phase::kTransfer);
  for (const Phase phase : {Phase::kForward, Phase::kBackward}) {
    clock.begin(phase);
    pass(40ms);
    clock.end(phase);
  }
  clock.backward_done();
  for (const Phase phase : {Phase::kReduce, Phase::kOptimizer}) {
    clock.begin(phase);
    pass(20ms);
    clock.end(phase);
  }
  clock.end_step();
}

// Time passes at least as long as it was asked to: what lies between two points is a lower bound of their distance.
TEST(StepClock, EachPointHasBehindItWhatComesBeforeIt) {
  constexpr std::size_t kSteps = 3;
  StepClock clock(c10::kCPU);
  for (std::size_t step = 0; step < kSteps; ++step) show_step(clock);
  const StepTimes times = clock.times();
  ASSERT_EQ(times.step_seconds.size(), kSteps);
  ASSERT_EQ(times.input_wait_seconds.size(), kSteps);
  ASSERT_EQ(times.backward_end_seconds.size(), kSteps);
  for (std::size_t step = 0; step < kSteps; ++step) {
    EXPECT_GE(times.input_wait_seconds[step], 0.020) << step;
    EXPECT_GE(times.backward_end_seconds[step] - times.input_wait_seconds[step], 0.080) << step;
    EXPECT_GE(times.step_seconds[step] - times.backward_end_seconds[step], 0.040) << step;
  }
}

// What passes between two steps is part of the second one, before its batch is there.
TEST(StepClock, NoTimeLiesBetweenSteps) {
  using namespace std::chrono_literals;
  StepClock clock(c10::kCPU);
  show_step(clock);
  pass(30ms);
  show_step(clock);
  EXPECT_GE(clock.times().input_wait_seconds.at(1), 0.050);
}

TEST(StepClock, WithoutStepsThereIsNothing) { EXPECT_TRUE(StepClock(c10::kCPU).times().step_seconds.empty()); }

}  // namespace
}  // namespace scalemark::measure
