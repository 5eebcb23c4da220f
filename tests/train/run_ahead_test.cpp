#include "train/run_ahead.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace scalemark::train {
namespace {

/// A device that does a step when the host waits for it, and no earlier.
class SlowDevice : public QueueMarks {
 public:
  struct Log {
    int given = 0;
    int done = 0;
    int most_ahead = 0;
    std::vector<int> waited_for;
  };
  explicit SlowDevice(Log& log) : log_(log) {}

  void set(std::size_t slot) override {
    step_of_.at(slot) = log_.given++;
    log_.most_ahead = std::max(log_.most_ahead, log_.given - log_.done);
  }
  void wait(std::size_t slot) override {
    log_.waited_for.push_back(step_of_.at(slot));
    log_.done = step_of_.at(slot) + 1;
  }

 private:
  Log& log_;
  std::array<int, kStepsAhead> step_of_{};
};

TEST(RunAhead, AStepWaitsForTheFourthBeforeIt) {
  SlowDevice::Log log;
  RunAhead bounded(std::make_unique<SlowDevice>(log));
  constexpr int kSteps = 10;
  for (int step = 0; step < kSteps; ++step) {
    bounded.begin_step();
    bounded.end_step();
  }
  EXPECT_EQ(log.given, kSteps);
  EXPECT_EQ(log.waited_for, (std::vector<int>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(log.most_ahead, 4) << "and the device never stood idle meanwhile";
}

// A rank that ran out of memory halfway does not end its step.
TEST(RunAhead, AStepThatDoesNotEndIsNotWaitedFor) {
  SlowDevice::Log log;
  RunAhead bounded(std::make_unique<SlowDevice>(log));
  for (int step = 0; step < 4; ++step) {
    bounded.begin_step();
    bounded.end_step();
  }
  bounded.begin_step();
  bounded.begin_step();
  bounded.end_step();
  EXPECT_EQ(log.waited_for, (std::vector<int>{0, 0}));
}

TEST(RunAhead, WaitsForNothingWhereTheHostDoesTheWork) {
  RunAhead on_host(nullptr);
  for (int step = 0; step < 10; ++step) {
    on_host.begin_step();
    on_host.end_step();
  }
}

}  // namespace
}  // namespace scalemark::train
