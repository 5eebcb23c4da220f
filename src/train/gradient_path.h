#pragma once

#include <functional>

#include "comm/gradient_reducer.h"
#include "measure/phase_recorder.h"
#include "train/reduction.h"

namespace scalemark::train {

/// The way of a step's gradients from backward to the optimizer: they stay on this rank (LocalGradients), or become the
/// mean over ranks (ReducedGradients).
class GradientPath {
 public:
  virtual ~GradientPath() = default;

  /// Before the step's first forward: the last step's gradients are dropped, which would else lie beside this one's
  /// activations.
  virtual void begin(Reduction reduction) = 0;

  /// Runs the step's last backward. Before it, gradients add up where backward puts them.
  /// @param observer  sees buckets become ready.
  virtual void collect(const std::function<void()>& backward, measure::StepObserver& observer) = 0;

  /// The gradients are then what the optimizer takes.
  virtual void finish() = 0;

  /// In place of the rest of a step that this rank cannot compute: does what the other ranks wait for.
  virtual void take_part() {}

  /// What reduces; nullptr where nothing does.
  virtual comm::GradientReducer* reducer() { return nullptr; }
};

}  // namespace scalemark::train
