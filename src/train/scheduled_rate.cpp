#include "train/scheduled_rate.h"

#include <ATen/ops/full.h>

#include <algorithm>

#include "optim/schedule.h"

namespace scalemark::train {
namespace {

double base_rate(const config::CaseConfig& config) {
  const bool scaled = config.train.learning_rate_scaling == config::LearningRateScaling::kLinear;
  return config.train.learning_rate * (scaled ? config.gpus : 1);
}

}  // namespace

ScheduledRate::ScheduledRate(const config::CaseConfig& config, std::int64_t total_steps, std::int64_t rising_steps)
    : schedule_(config.train.schedule),
      base_(base_rate(config)),
      rising_steps_(rising_steps),
      scheduled_steps_(std::max(total_steps - rising_steps, std::int64_t{1})),
      value_(at_step(0)) {}

void ScheduledRate::keep_on(const at::Device& device) {
  if (schedule_ == config::Schedule::kConstant && rising_steps_ == 0) return;
  on_device_ = at::full({}, value_, at::TensorOptions(device).dtype(at::kFloat));
}

void ScheduledRate::set_step(std::int64_t step) {
  const double value = at_step(step);
  if (value == value_) return;
  value_ = value;
  if (on_device_.defined()) on_device_.fill_(value_);
}

optim::Rate ScheduledRate::rate() const {
  if (on_device_.defined()) return on_device_;
  return value_;
}

double ScheduledRate::at_step(std::int64_t step) const {
  if (step < rising_steps_) return optim::warm_up_learning_rate(base_, step, rising_steps_);
  return after_warm_up(step - rising_steps_);
}

double ScheduledRate::after_warm_up(std::int64_t step) const {
  switch (schedule_) {
    case config::Schedule::kConstant:
      return base_;
    case config::Schedule::kStep:
      return optim::step_learning_rate(base_, step, scheduled_steps_);
    case config::Schedule::kCosine:
      return optim::cosine_learning_rate(base_, step, scheduled_steps_);
    case config::Schedule::kOneCycle:
      return optim::one_cycle_learning_rate(base_, step, scheduled_steps_);
  }
  return base_;
}

}  // namespace scalemark::train
