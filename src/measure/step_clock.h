#pragma once

#include <c10/core/Device.h>

#include <memory>
#include <vector>

#include "measure/phase_recorder.h"
#include "measure/timeline.h"

namespace scalemark::measure {

/// Steps in a row and two points in each. Seconds, [step].
struct StepTimes {
  std::vector<double> step_seconds;          ///< since the end of the step before
  std::vector<double> input_wait_seconds;    ///< of these, until the batch was on the device
  std::vector<double> backward_end_seconds;  ///< of these, until the last backward had ended
};

/// Times steps without waiting for the device: it marks a timeline, which is read when all of them are over.
class StepClock : public StepObserver {
 public:
  explicit StepClock(const c10::Device& device) : timeline_(make_timeline(device)) {}

  void begin_step() override;
  void end(Phase phase) override;
  void backward_done() override { timeline_->mark(); }
  void end_step() override { timeline_->mark(); }

  /// Waits until the device has done the steps.
  StepTimes times();

 private:
  std::unique_ptr<Timeline> timeline_;  // the first step's start, then three points of each step
  bool started_ = false;
};

}  // namespace scalemark::measure
