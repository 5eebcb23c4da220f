#include "train/target/target_plan.h"

#include <algorithm>
#include <cmath>

namespace scalemark::train {

TargetPlan::TargetPlan(const config::CaseConfig& config, std::int64_t images)
    : images_(static_cast<double>(images)),
      global_batch_(static_cast<double>(config.global_batch())),
      target_(config.measure.target_test_accuracy.value_or(1)),
      between_(config.measure.target_epochs_between),
      warmup_epochs_(config.train.warmup_epochs),
      total_steps_(steps_of(config.measure.target_most_epochs)) {}

std::int64_t TargetPlan::rising_steps() const {
  return std::llround(std::ceil(warmup_epochs_ * images_ / global_batch_));
}

std::int64_t TargetPlan::next_evaluation(std::int64_t step) const {
  // Several multiples may fall on one step where a batch is larger than what lies between two of them.
  for (auto multiple = std::max(std::int64_t{1}, static_cast<std::int64_t>(epochs_of(step) / between_));; ++multiple) {
    const std::int64_t next = steps_of(static_cast<double>(multiple) * between_);
    if (next > step) return std::min(next, total_steps_);
  }
}

bool TargetPlan::is_over(std::int64_t steps, double test_accuracy) const {
  return test_accuracy >= target_ || steps >= total_steps_;
}

std::int64_t TargetPlan::steps_of(double epochs) const {
  return std::max(std::int64_t{1}, std::int64_t{std::llround(epochs * images_ / global_batch_)});
}

}  // namespace scalemark::train
