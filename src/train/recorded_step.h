#pragma once

#include "measure/phase_recorder.h"

namespace scalemark::train {

/// A step that is looked into: shows it to what records it and, as every step, to the case's observer. A delay that the
/// latter puts into a phase is part of what the former records.
class RecordedStep : public measure::StepObserver {
 public:
  RecordedStep(measure::StepObserver& recorder, measure::StepObserver& always) : recorder_(recorder), always_(always) {}

  void begin_step() override {
    always_.begin_step();
    recorder_.begin_step();
  }
  void end_step() override {
    always_.end_step();
    recorder_.end_step();
  }
  void begin(measure::Phase phase) override {
    recorder_.begin(phase);
    always_.begin(phase);
  }
  void end(measure::Phase phase) override {
    always_.end(phase);
    recorder_.end(phase);
  }
  void bucket_ready(std::size_t bucket) override {
    always_.bucket_ready(bucket);
    recorder_.bucket_ready(bucket);
  }
  void backward_done() override {
    always_.backward_done();
    recorder_.backward_done();
  }
  void begin_replay() override {
    always_.begin_replay();
    recorder_.begin_replay();
  }
  void loss_ready(const at::Tensor& loss) override {
    always_.loss_ready(loss);
    recorder_.loss_ready(loss);
  }
  bool looks_inside() const override { return recorder_.looks_inside(); }

 private:
  measure::StepObserver& recorder_;
  measure::StepObserver& always_;
};

}  // namespace scalemark::train
