#include "train/graphed_steps.h"

#include <ATen/ops/empty_like.h>

#include <utility>

namespace scalemark::train {
namespace {

/// Sets a recording's mark where backward ends.
class MarkedBackward : public measure::StepObserver {
 public:
  explicit MarkedBackward(const std::function<void()>& set_mark) : set_mark_(set_mark) {}
  void backward_done() override { set_mark_(); }

 private:
  const std::function<void()>& set_mark_;
};

}  // namespace

GraphedSteps::GraphedSteps(std::unique_ptr<GraphRecorder> recorder, Compute compute)
    : recorder_(std::move(recorder)), compute_(std::move(compute)) {}

void GraphedSteps::record(Reduction reduction, const data::Batch& example) {
  if (!input_.images.defined()) input_ = {at::empty_like(example.images), at::empty_like(example.labels)};
  input_.images.copy_(example.images);
  input_.labels.copy_(example.labels);
  Recording& recording = recordings_[reduction];
  try {
    recording.graph = recorder_->record([this, reduction, &recording](const std::function<void()>& set_mark) {
      MarkedBackward observer(set_mark);
      recording.result = compute_(input_, reduction, observer);
    });
  } catch (...) {
    recordings_.erase(reduction);
    throw;
  }
}

StepResult GraphedSteps::replay(Reduction reduction, const data::Batch& batch, measure::StepObserver& observer) {
  const Recording& recording = recordings_.at(reduction);
  input_.images.copy_(batch.images);
  input_.labels.copy_(batch.labels);
  recording.graph->replay([&] { observer.backward_done(); });
  const at::Tensor& skipped = recording.result.skipped;
  return {recording.result.loss.clone(), skipped.defined() ? skipped.clone() : at::Tensor()};
}

void GraphedSteps::drop() {
  recordings_.clear();
  input_ = {};
}

}  // namespace scalemark::train
