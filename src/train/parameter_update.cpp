#include "train/parameter_update.h"

#include <utility>

namespace scalemark::train {

ParameterUpdate::ParameterUpdate(const config::CaseConfig& config, const at::Device& device,
                                 const MasterWeights& weights, std::int64_t total_steps, std::int64_t rising_steps)
    : device_(device),
      weights_(weights),
      rate_(config, total_steps, rising_steps),
      name_(config.train.optimizer),
      optimizer_(optim::make_optimizer({.name = name_,
                                        .momentum = config.train.momentum,
                                        .weight_decay = config.train.weight_decay,
                                        .decays_vectors = config.train.decay_norms_and_biases},
                                       weights.masters())) {
  if (config.train.precision == config::Precision::kFp16) scaler_.emplace(device);
}

std::string ParameterUpdate::prepare_for_graphs() {
  if (scaler_ && optimizer_->waits_to_skip()) {
    return "in fp16 " + name_ + " asks the device whether to leave the step out";
  }
  rate_.keep_on(device_);
  return {};
}

at::Tensor ParameterUpdate::apply() {
  at::Tensor skipped;
  if (scaler_) {
    std::vector<at::Tensor> gradients;
    for (const auto& parameter : weights_.masters()) gradients.push_back(parameter.grad());
    // After reduction: a value that is not finite on one rank is not finite in the mean, which is bitwise the same on
    // all ranks, so that all of them leave the step out and halve their scales without a word to each other.
    skipped = scaler_->unscale(std::move(gradients));
    optimizer_->step(rate_.rate(), skipped);
    scaler_->update();
  } else {
    optimizer_->step(rate_.rate());
  }
  weights_.publish();
  return skipped;
}

std::vector<at::Tensor> ParameterUpdate::state() {
  std::vector<at::Tensor> state = optimizer_->state();
  if (scaler_) {
    for (auto& tensor : scaler_->state()) state.push_back(std::move(tensor));
  }
  return state;
}

}  // namespace scalemark::train
