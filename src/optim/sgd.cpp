#include "optim/sgd.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_fused_sgd.h>

#include <algorithm>
#include <utility>

#include "optim/sgd_loop.h"

namespace scalemark::optim {

/// LibTorch's fused kernel is for GPUs alone: on a CPU it is slower than an own loop, and of half-precision parameters
/// it updates only what is left over after whole SIMD vectors (seen in 2.11;
/// https://github.com/pytorch/pytorch/issues/191763).
Sgd::Way Sgd::way_for(const std::vector<at::Tensor>& parameters) {
  const auto on_cpu = [](const at::Tensor& parameter) { return parameter.is_cpu(); };
  const auto reduced = [](const at::Tensor& parameter) { return at::isReducedFloatingType(parameter.scalar_type()); };
  if (std::none_of(parameters.begin(), parameters.end(), on_cpu)) return Way::kFusedKernel;
  return std::any_of(parameters.begin(), parameters.end(), reduced) ? Way::kLists : Way::kOwnLoop;
}

Sgd::Sgd(const SgdOptions& options, std::vector<at::Tensor> parameters)
    : options_(options), list_(std::move(parameters)), way_(way_for(list_.parameters())) {
  if (options_.momentum != 0) {
    momentum_buffers_ = list_.zeros();
  }
}

void Sgd::update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) {
  if (way_ == Way::kFusedKernel) {
    step_fused(learning_rate, non_finite);
  } else if (!is_skipped(non_finite)) {
    way_ == Way::kOwnLoop ? step_on_cpu(learning_rate) : step_by_lists(learning_rate);
  }
}

void Sgd::step_on_cpu(const Rate& learning_rate) {
  const double* number = std::get_if<double>(&learning_rate);
  const SgdFactors factors{number != nullptr ? *number : std::get<at::Tensor>(learning_rate).item<double>(),
                           options_.momentum, options_.weight_decay, options_.nesterov};
  const auto gradients = list_.gradients();
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const at::Tensor buffer = momentum_buffers_.empty() ? at::Tensor() : momentum_buffers_[i];
    sgd_step_on_cpu(list_.parameters()[i], gradients[i], buffer, factors);
  }
}

void Sgd::step_fused(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) {
  // PyTorch makes a buffer of the first gradient. Without dampening that is momentum * 0 + gradient, so buffers that
  // start as zeros give the same values and need no first step, which a restored snapshot could not tell.
  std::visit(
      [&](const auto& rate) {
        at::_fused_sgd_(list_.parameters(), list_.gradients(), momentum_buffers_, options_.weight_decay,
                        options_.momentum, rate, /*dampening=*/0.0, options_.nesterov, /*maximize=*/false,
                        /*is_first_step=*/false, /*grad_scale=*/{}, non_finite);
      },
      learning_rate);
}

void Sgd::step_by_lists(const Rate& learning_rate) {
  std::vector<at::Tensor> update = at::_foreach_add(list_.gradients(), list_.parameters(), options_.weight_decay);
  if (options_.momentum != 0) {
    at::_foreach_mul_(momentum_buffers_, options_.momentum);
    at::_foreach_add_(momentum_buffers_, update);
    if (options_.nesterov) {
      at::_foreach_add_(update, momentum_buffers_, options_.momentum);
    } else {
      at::_foreach_copy_(update, momentum_buffers_);
    }
  }
  list_.descend(learning_rate, std::move(update));
}

}  // namespace scalemark::optim
