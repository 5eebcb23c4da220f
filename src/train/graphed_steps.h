#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <memory>

#include "data/loader/batch.h"
#include "measure/phase_recorder.h"
#include "train/device_graph.h"
#include "train/reduction.h"

namespace scalemark::train {

/// What a step leaves, on the device.
struct StepResult {
  at::Tensor loss;     ///< detached scalar: the mean over this rank's batch
  at::Tensor skipped;  ///< float scalar, 1 where fp16 gradients were not finite; undefined in the other precisions
};

/// Whole training steps as graphs, from forward to the parameters' update: one per way of reducing.
///
/// There is one graph for both slots of the input, and a copy on the device brings a batch to where it was recorded. A
/// graph per slot would save that copy, which is less than a percent of a step, and cost a second recording, with the
/// reduction in it, and its memory.
class GraphedSteps {
 public:
  using Compute = std::function<StepResult(const data::Batch&, Reduction, measure::StepObserver&)>;

  /// @param compute  the step; called while recording alone.
  GraphedSteps(std::unique_ptr<GraphRecorder> recorder, Compute compute);

  /// Whether anything, or the step with this reduction, was recorded.
  bool empty() const { return recordings_.empty(); }
  bool has(Reduction reduction) const { return recordings_.contains(reduction); }

  /// Does `work` as a recording would, before the first one.
  void rehearse(const std::function<void()>& work) { recorder_->rehearse(work); }

  /// Keeps the step for batches of the sizes and the layout of `example`, which is on the device. Nothing is computed.
  /// @throws what the recorder throws; nothing is then kept of it.
  void record(Reduction reduction, const data::Batch& example);

  /// The step for `batch`, which is on the device. The result is the caller's own.
  /// @param observer  sees where backward ends.
  StepResult replay(Reduction reduction, const data::Batch& batch, measure::StepObserver& observer);

  /// Frees the graphs and their memory, or the one with this reduction alone.
  void drop();
  void drop(Reduction reduction) { recordings_.erase(reduction); }

 private:
  struct Recording {
    StepResult result;  // where every replay writes it
    std::unique_ptr<DeviceGraph> graph;
  };

  std::unique_ptr<GraphRecorder> recorder_;
  Compute compute_;
  data::Batch input_;
  std::map<Reduction, Recording> recordings_;
};

}  // namespace scalemark::train
