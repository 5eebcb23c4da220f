#include "measure/step_clock.h"

namespace scalemark::measure {

// A step begins where the one before has ended, so that no time lies between them.
void StepClock::begin_step() {
  if (!started_) timeline_->mark();
  started_ = true;
}

void StepClock::end(Phase phase) {
  if (phase == Phase::kTransfer) timeline_->mark();
}

StepTimes StepClock::times() {
  constexpr std::size_t kMarksPerStep = 3;
  const std::vector<double> marks = timeline_->seconds();
  StepTimes times;
  for (std::size_t begin = 0; begin + kMarksPerStep < marks.size(); begin += kMarksPerStep) {
    times.input_wait_seconds.push_back(marks[begin + 1] - marks[begin]);
    times.backward_end_seconds.push_back(marks[begin + 2] - marks[begin]);
    times.step_seconds.push_back(marks[begin + kMarksPerStep] - marks[begin]);
  }
  return times;
}

}  // namespace scalemark::measure
