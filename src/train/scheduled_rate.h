#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "config/experiment.h"
#include "optim/rate.h"

namespace scalemark::train {

/// A case's learning rate, step by step.
class ScheduledRate {
 public:
  /// @param total_steps  the length of the schedule, with its warm-up.
  /// @param rising_steps  those of the warm-up
  ScheduledRate(const config::CaseConfig& config, std::int64_t total_steps, std::int64_t rising_steps);

  /// From now on rate() is a tensor on this device, where the schedule changes it at all: a recorded step then follows
  /// the schedule.
  void keep_on(const at::Device& device);

  /// Before step `step`, from 0.
  void set_step(std::int64_t step);

  optim::Rate rate() const;

 private:
  double at_step(std::int64_t step) const;
  double after_warm_up(std::int64_t step) const;

  config::Schedule schedule_;
  double base_;
  std::int64_t rising_steps_;
  std::int64_t scheduled_steps_;  // after the warm-up
  double value_;
  at::Tensor on_device_;
};

}  // namespace scalemark::train
