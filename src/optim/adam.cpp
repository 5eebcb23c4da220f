#include "optim/adam.h"

#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/zeros.h>

#include <utility>

namespace scalemark::optim {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kAdamEpsilon = 1e-8;

std::vector<at::Tensor> shared_step_count(const std::vector<at::Tensor>& parameters) {
  if (parameters.empty()) {
    return {};
  }
  const at::Tensor count = at::zeros({}, parameters.front().options().dtype(at::kFloat).requires_grad(false));
  return std::vector<at::Tensor>(parameters.size(), count);
}

}  // namespace

Adam::Adam(WeightDecay kind, double weight_decay, std::vector<at::Tensor> parameters)
    : kind_(kind),
      weight_decay_(weight_decay),
      list_(std::move(parameters)),
      first_moments_(list_.zeros()),
      second_moments_(list_.zeros()),
      step_counts_(shared_step_count(list_.parameters())) {}

void Adam::update(const Rate& learning_rate, const std::optional<at::Tensor>& non_finite) {
  if (step_counts_.empty()) {
    return;
  }
  // A step that is left out must not count towards the moments' correction.
  non_finite ? step_counts_.front().add_(non_finite->eq(0)) : step_counts_.front().add_(1);
  const auto update = [&](auto kernel) {
    std::visit(
        [&](const auto& rate) {
          kernel(list_.parameters(), list_.gradients(), first_moments_, second_moments_,
                 /*max_exp_avg_sqs=*/at::TensorList{}, step_counts_, rate, kBeta1, kBeta2, weight_decay_, kAdamEpsilon,
                 /*amsgrad=*/false, /*maximize=*/false, /*grad_scale=*/std::optional<at::Tensor>{}, non_finite);
        },
        learning_rate);
  };
  if (kind_ == WeightDecay::kDecoupled) {
    update([](auto&&... arguments) { at::_fused_adamw_(arguments...); });
  } else {
    update([](auto&&... arguments) { at::_fused_adam_(arguments...); });
  }
}

std::vector<at::Tensor> Adam::state() {
  std::vector<at::Tensor> state = first_moments_;
  state.insert(state.end(), second_moments_.begin(), second_moments_.end());
  if (!step_counts_.empty()) {
    state.push_back(step_counts_.front());
  }
  return state;
}

}  // namespace scalemark::optim
