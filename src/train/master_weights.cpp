#include "train/master_weights.h"

#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/empty_like.h>
#include <c10/core/GradMode.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <algorithm>

#include "train/precision.h"

namespace scalemark::train {
namespace {

// The layers of which autocast casts every parameter. It leaves batch norm's alone.
bool computes_in_low_precision(const torch::nn::Module& module) {
  return module.as<torch::nn::Conv2d>() != nullptr || module.as<torch::nn::Linear>() != nullptr;
}

std::vector<at::Tensor> low_precision_parameters(const nn::Network& network) {
  std::vector<at::Tensor> found;
  for (const auto& module : network.modules()) {
    if (!computes_in_low_precision(*module)) continue;
    for (auto& parameter : module->parameters(/*recurse=*/false)) found.push_back(std::move(parameter));
  }
  return found;
}

}  // namespace

MasterWeights::MasterWeights(nn::Network& network, config::Precision precision)
    : masters_(network.parameters()), working_(masters_) {
  const at::ScalarType dtype = input_dtype(precision);
  if (dtype == parameter_dtype(precision)) return;
  const c10::NoGradGuard no_grad;
  const auto cast = low_precision_parameters(network);
  for (std::size_t i = 0; i < working_.size(); ++i) {
    at::Tensor& working = working_[i];
    if (std::none_of(cast.begin(), cast.end(), [&](const auto& one) { return one.is_same(working); })) continue;
    masters_[i] = working.detach().clone().requires_grad_();
    working.set_data(working.to(dtype));
    cast_masters_.push_back(masters_[i]);
    cast_.push_back(working);
  }
}

void MasterWeights::publish() const {
  if (cast_.empty()) return;
  const c10::NoGradGuard no_grad;
  at::_foreach_copy_(cast_, cast_masters_, /*non_blocking=*/true);
}

void MasterWeights::take_gradients() const {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> from, to;
  for (std::size_t i = 0; i < cast_.size(); ++i) {
    if (!cast_[i].grad().defined()) continue;
    from.push_back(cast_[i].grad());
    to.push_back(at::empty_like(cast_masters_[i]));
    cast_masters_[i].mutable_grad() = to.back();
    cast_[i].mutable_grad().reset();
  }
  if (!from.empty()) at::_foreach_copy_(to, from, /*non_blocking=*/true);
}

void MasterWeights::drop_gradients() const {
  for (const auto* list : {&masters_, &working_}) {
    for (const auto& parameter : *list) parameter.mutable_grad().reset();
  }
}

}  // namespace scalemark::train
