#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/experiment.h"
#include "optim/gradient_scaler.h"
#include "optim/optimizer.h"
#include "train/master_weights.h"
#include "train/scheduled_rate.h"

namespace scalemark::train {

/// What turns gradients into new parameters: the optimizer at the schedule's rate and, in fp16, the gradient scale.
class ParameterUpdate {
 public:
  /// @param total_steps  the length of the schedule. @param rising_steps  those of its warm-up
  /// @throws c10::OutOfMemoryError
  ParameterUpdate(const config::CaseConfig& config, const at::Device& device, const MasterWeights& weights,
                  std::int64_t total_steps, std::int64_t rising_steps = 0);

  /// Why no graph can hold the update; empty where one can. The rate is then kept on the device.
  std::string prepare_for_graphs();

  /// Before step `step`, from 0.
  void set_step(std::int64_t step) { rate_.set_step(step); }

  /// The loss that backward starts from.
  at::Tensor scaled(const at::Tensor& loss) const { return scaler_ ? scaler_->scale(loss) : loss; }

  /// Updates the parameters from the masters' gradients, and publishes them to the network.
  /// @return a float scalar on the device, 1 where fp16 gradients were not finite and the parameters stayed as they
  /// were; undefined in the other precisions.
  at::Tensor apply();

  /// For snapshots, as Optimizer::state().
  std::vector<at::Tensor> state();

 private:
  at::Device device_;
  const MasterWeights& weights_;
  ScheduledRate rate_;
  std::string name_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  std::optional<optim::GradientScaler> scaler_;  // of fp16
};

}  // namespace scalemark::train
