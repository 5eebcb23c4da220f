#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <array>
#include <chrono>
#include <memory>
#include <vector>

#include "measure/timeline.h"

namespace scalemark::measure {

enum class Phase { kLoad, kTransfer, kForward, kBackward, kReduce, kOptimizer };
inline constexpr std::array<const char*, 6> kPhaseNames{"load",     "transfer", "forward",
                                                        "backward", "reduce",   "optimizer"};

/// Sees a training step go by. The base class looks at nothing.
class StepObserver {
 public:
  virtual ~StepObserver() = default;
  virtual void begin_step() {}
  virtual void end_step() {}
  virtual void begin(Phase) {}
  virtual void end(Phase) {}
  virtual void bucket_ready(std::size_t) {}

  /// The step's last backward ends here: on a GPU, what the current stream was given so far.
  virtual void backward_done() {}

  virtual void begin_replay() {}  ///< in place of the phases from forward on: the step was recorded

  /// The step's detached loss, a scalar on the device, before the step ends.
  virtual void loss_ready(const at::Tensor&) {}

  /// Whether it wants to see phases and buckets, or the steps alone.
  virtual bool looks_inside() const { return false; }
};

/// The labelled phase pass: a clock pair around each phase and one of its own around the step, so that time which no
/// phase covers shows as a gap. A phase that comes several times in a step (accumulation) is summed, and buckets become
/// ready within that sum. It waits for the device at every boundary, which is why its steps are not the timed
/// ones.
class PhaseRecorder : public StepObserver {
 public:
  PhaseRecorder(const c10::Device& device, std::size_t buckets);
  void begin_step() override;
  void end_step() override;
  void begin(Phase phase) override;
  void end(Phase phase) override;
  void bucket_ready(std::size_t bucket) override;
  bool looks_inside() const override { return true; }

  const std::vector<double>& step_seconds() const { return step_seconds_; }                        ///< [step]
  const std::vector<std::vector<double>>& phase_seconds() const { return phase_seconds_; }         ///< [phase][step]
  const std::vector<std::vector<double>>& bucket_ready_seconds() const { return ready_seconds_; }  ///< [bucket][step]

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point now() const;

  c10::Device device_;
  std::unique_ptr<Timeline> backward_;   // the start of the last backward, then each bucket as it becomes ready
  double earlier_backward_seconds_ = 0;  // of the same step
  std::vector<std::size_t> ready_order_;
  Clock::time_point step_begin_;
  Clock::time_point phase_begin_;
  std::vector<double> step_seconds_;
  std::vector<std::vector<double>> phase_seconds_;
  std::vector<std::vector<double>> ready_seconds_;
};

}  // namespace scalemark::measure
