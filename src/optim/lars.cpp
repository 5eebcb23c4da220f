#include "optim/lars.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_foreach_sub.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <utility>

namespace scalemark::optim {
namespace {

constexpr double kTrust = 0.001;

bool is_adapted(const at::Tensor& parameter) { return parameter.dim() > 1; }

/// [tensor] of those that are adapted, in fp32 at least.
at::Tensor norms(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> adapted;
  for (const auto& tensor : tensors) {
    if (is_adapted(tensor)) adapted.push_back(tensor);
  }
  constexpr double kEuclidean = 2;
  const at::ScalarType type = tensors.front().scalar_type();
  return at::stack(at::_foreach_norm(adapted, kEuclidean, at::isReducedFloatingType(type) ? at::kFloat : type));
}

}  // namespace

Lars::Lars(const LarsOptions& options, std::vector<at::Tensor> parameters)
    : options_(options), list_(std::move(parameters)), momentum_buffers_(list_.zeros()) {}

void Lars::update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) {
  if (is_skipped(non_finite)) return;
  const auto gradients = list_.gradients();
  const auto updates = at::_foreach_add(gradients, list_.parameters(), options_.weight_decay);
  scale(updates, gradients, learning_rate);
  at::_foreach_mul_(momentum_buffers_, options_.momentum);
  at::_foreach_add_(momentum_buffers_, updates);
  at::_foreach_sub_(list_.parameters(), momentum_buffers_);
}

at::Tensor Lars::trust_ratios(const std::vector<at::Tensor>& gradients) const {
  const at::Tensor of_weights = norms(list_.parameters());
  const at::Tensor of_gradients = norms(gradients);
  const at::Tensor ratios = kTrust * of_weights / (of_gradients + options_.weight_decay * of_weights);
  return at::where(of_weights.gt(0).logical_and(of_gradients.gt(0)), ratios, 1.0);
}

void Lars::scale(const std::vector<at::Tensor>& updates, const std::vector<at::Tensor>& gradients,
                 const Rate& rate) const {
  const auto by = [&](const auto& global) {
    std::vector<at::Tensor> rates;
    if (std::ranges::any_of(updates, is_adapted)) rates = trust_ratios(gradients).mul(global).unbind();
    auto next = rates.begin();
    for (const auto& update : updates) {
      if (is_adapted(update)) {
        update.mul_(*next++);
      } else {
        update.mul_(global);
      }
    }
  };
  std::visit(by, rate);
}

}  // namespace scalemark::optim
