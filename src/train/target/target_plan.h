#pragma once

#include <cstdint>

#include "config/experiment.h"

namespace scalemark::train {

/// When a training to an accuracy evaluates and ends. An epoch is as many images as the training set has, whatever the
/// batch: cases of one config train on the same number of images, to within a step.
class TargetPlan {
 public:
  /// @param config  with a target. @param images  of the training set
  TargetPlan(const config::CaseConfig& config, std::int64_t images);

  /// Those of the most epochs: the length of the schedule.
  std::int64_t total_steps() const { return total_steps_; }

  /// Those over which the learning rate rises. A warm-up of any length has a step.
  std::int64_t rising_steps() const;

  /// The step after `step` before which the next evaluation comes: each is the step nearest to a multiple of
  /// `evaluate_every`, and the last is the end.
  std::int64_t next_evaluation(std::int64_t step) const;

  /// Images trained on by so many steps, over all ranks.
  double images_of(std::int64_t steps) const { return static_cast<double>(steps) * global_batch_; }

  double epochs_of(std::int64_t steps) const { return images_of(steps) / images_; }

  /// Whether no step follows an evaluation.
  bool is_over(std::int64_t steps, double test_accuracy) const;

 private:
  std::int64_t steps_of(double epochs) const;

  double images_;
  double global_batch_;
  double target_;
  double between_;  // evaluations, epochs
  double warmup_epochs_;
  std::int64_t total_steps_;
};

}  // namespace scalemark::train
