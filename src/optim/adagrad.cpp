#include "optim/adagrad.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_div.h>
#include <ATen/ops/_foreach_sqrt.h>
#include <ATen/ops/_fused_adagrad.h>
#include <ATen/ops/ones.h>

#include <utility>

namespace scalemark::optim {
namespace {

constexpr double kAdagradEpsilon = 1e-10;

/// LibTorch got the kernel for CPUs first and for GPUs later.
bool has_fused_kernel(const std::vector<at::Tensor>& parameters) {
  static const auto fused = c10::Dispatcher::singleton().findSchemaOrThrow("aten::_fused_adagrad_", "");
  return !parameters.empty() &&
         fused.hasKernelForDispatchKey(parameters.front().is_cpu() ? c10::DispatchKey::CPU : c10::DispatchKey::CUDA);
}

/// LibTorch 2.7, which has the kernel for CPUs only, takes no rate from the device.
template <typename R>
auto accepted_rate(const R& rate) {
  constexpr bool kTakesTensor = requires(at::TensorList tensors) {
    at::_fused_adagrad_(tensors, tensors, tensors, tensors, rate, 0.0, 0.0, 0.0, false);
  };
  if constexpr (kTakesTensor) {
    return rate;
  } else {
    return rate.template item<double>();
  }
}

}  // namespace

Adagrad::Adagrad(double weight_decay, std::vector<at::Tensor> parameters)
    : weight_decay_(weight_decay),
      list_(std::move(parameters)),
      sums_(list_.zeros()),
      fused_(has_fused_kernel(list_.parameters())) {
  if (!fused_) return;
  const auto count = at::ones({}, list_.parameters().front().options().dtype(at::kFloat).requires_grad(false));
  step_counts_.assign(list_.parameters().size(), count);
}

void Adagrad::update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) {
  if (fused_) {
    step_fused(learning_rate, non_finite);
  } else if (!is_skipped(non_finite)) {
    step_by_lists(learning_rate);
  }
}

void Adagrad::step_fused(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) {
  std::visit(
      [&](const auto& rate) {
        at::_fused_adagrad_(list_.parameters(), list_.gradients(), sums_, step_counts_, accepted_rate(rate),
                            /*lr_decay=*/0.0, weight_decay_, kAdagradEpsilon, /*maximize=*/false, /*grad_scale=*/{},
                            non_finite);
      },
      learning_rate);
}

void Adagrad::step_by_lists(const Rate& learning_rate) {
  const auto gradients = at::_foreach_add(list_.gradients(), list_.parameters(), weight_decay_);
  at::_foreach_addcmul_(sums_, gradients, gradients);
  auto deviations = at::_foreach_sqrt(sums_);
  at::_foreach_add_(deviations, kAdagradEpsilon);
  auto directions = at::_foreach_div(gradients, deviations);
  list_.descend(learning_rate, std::move(directions));
}

}  // namespace scalemark::optim
