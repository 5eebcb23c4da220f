#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace scalemark::train {

/// How many steps the host gives a device before it waits for the first of them.
inline constexpr std::size_t kStepsAhead = 4;

/// Places in a device's queue that the host can wait for.
class QueueMarks {
 public:
  virtual ~QueueMarks() = default;

  /// Behind what the device was given so far. @param slot  below kStepsAhead; its last mark is forgotten
  virtual void set(std::size_t slot) = 0;

  /// Sleeps until the device has come to the last set(slot).
  virtual void wait(std::size_t slot) = 0;
};

/// Bounds how far the host is ahead of the device: without it batches in pinned memory, and whatever else a step
/// leaves to the device, would pile up as long as the host is the faster one. The device never runs out of work by it:
/// it has the steps between.
class RunAhead {
 public:
  /// @param marks  nullptr where the host does the work itself.
  explicit RunAhead(std::unique_ptr<QueueMarks> marks) : marks_(std::move(marks)) {}

  /// Waits until the device has done the step before the last `kStepsAhead` - 1.
  void begin_step() {
    if (marks_ != nullptr && steps_ >= kStepsAhead) marks_->wait(steps_ % kStepsAhead);
  }

  /// All of the step has been given to the device.
  void end_step() {
    if (marks_ != nullptr) marks_->set(steps_++ % kStepsAhead);
  }

 private:
  std::unique_ptr<QueueMarks> marks_;
  std::size_t steps_ = 0;
};

}  // namespace scalemark::train
