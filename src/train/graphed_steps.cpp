#include "train/graphed_steps.h"

#include <ATen/ops/empty_like.h>

#include <utility>

namespace scalemark::train {

GraphedSteps::GraphedSteps(std::unique_ptr<GraphRecorder> recorder, Compute compute)
    : recorder_(std::move(recorder)), compute_(std::move(compute)) {}

void GraphedSteps::record(Reduction reduction, const data::Batch& example) {
  if (!input_.images.defined()) input_ = {at::empty_like(example.images), at::empty_like(example.labels)};
  input_.images.copy_(example.images);
  input_.labels.copy_(example.labels);
  Recording& recording = recordings_[reduction];
  try {
    recording.graph =
        recorder_->record([this, reduction, &recording] { recording.result = compute_(input_, reduction); });
  } catch (...) {
    recordings_.erase(reduction);
    throw;
  }
}

StepResult GraphedSteps::replay(Reduction reduction, const data::Batch& batch) {
  const Recording& recording = recordings_.at(reduction);
  input_.images.copy_(batch.images);
  input_.labels.copy_(batch.labels);
  recording.graph->replay();
  const at::Tensor& skipped = recording.result.skipped;
  return {recording.result.loss.clone(), skipped.defined() ? skipped.clone() : at::Tensor()};
}

void GraphedSteps::drop() {
  recordings_.clear();
  input_ = {};
}

}  // namespace scalemark::train
