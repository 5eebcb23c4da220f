#include "nn/norm.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <c10/util/Exception.h>

#include "kernels/norm_kernels_by_operators.h"
#include "nn/layers.h"

namespace scalemark::nn {
namespace {

thread_local int frozen_scopes = 0;

}  // namespace

FrozenStatistics::FrozenStatistics() { ++frozen_scopes; }
FrozenStatistics::~FrozenStatistics() { --frozen_scopes; }

Norm::Norm(std::int64_t channels, const NormOptions& options) : fused_(options.fused), ranks_(options.ranks) {
  if (options.batch_norm) module_ = torch::nn::BatchNorm2d(channels);
}

void Norm::register_in(torch::nn::Module& owner, const char* name) const {
  if (*this) owner.register_module(name, module_);
}

at::Tensor Norm::apply(const at::Tensor& x, const at::Tensor& residual, kernels::NormTail tail) {
  const auto input = fused_input(x, residual, tail);
  return input ? apply_fused(*input) : apply_unfused(x, residual, tail);
}

kernels::Fork Norm::add_relu(const at::Tensor& x, const at::Tensor& residual) {
  const auto input = fused_input(x, residual, kernels::NormTail::kAddRelu);
  if (input && module_->is_training()) {
    const kernels::NormScope scope = scope_of(*input);
    if (scope.kernels->adds_gradients()) return kernels::forked_norm(*input, module_->options.eps(), kept(), scope);
  }
  const at::Tensor y = input ? apply_fused(*input) : apply_unfused(x, residual, kernels::NormTail::kAddRelu);
  return {y, y};
}

std::optional<kernels::NormInput> Norm::fused_input(const at::Tensor& x, const at::Tensor& residual,
                                                    kernels::NormTail tail) const {
  if (!*this) return {};
  const kernels::NormInput input{x, residual, module_->weight, module_->bias, tail};
  if (spans_ranks()) return input;
  // In evaluation nobody asks for gradients; whoever does gets them from LibTorch.
  if (!fused_ || (!module_->is_training() && at::GradMode::is_enabled())) return {};
  return kernels::fused_norm_covers(input) ? std::optional(input) : std::nullopt;
}

kernels::NormScope Norm::scope_of(const kernels::NormInput& input) const {
  const auto* of_device = kernels::norm_kernels(input.x.device().type());
  if (!spans_ranks()) return {nullptr, of_device};
  const bool covered = fused_ && of_device != nullptr && of_device->cover(input);
  return {ranks_, covered ? of_device : &kernels::norm_kernels_by_operators()};
}

at::Tensor Norm::apply_fused(const kernels::NormInput& input) {
  const double epsilon = module_->options.eps();
  if (!module_->is_training()) {
    const kernels::NormMoments moments{module_->running_mean, (module_->running_var + epsilon).rsqrt()};
    return kernels::norm_kernels(input.x.device().type())->evaluate(input, moments);
  }
  return kernels::fused_norm(input, epsilon, kept(), scope_of(input));
}

at::Tensor Norm::apply_unfused(const at::Tensor& x, const at::Tensor& residual, kernels::NormTail tail) {
  at::Tensor y = normalized(x);
  if (tail == kernels::NormTail::kAddRelu) y += residual;
  return tail == kernels::NormTail::kNothing ? y : y.relu_();
}

at::Tensor Norm::pooled_relu(const at::Tensor& x) {
  if (*this && fused_ && module_->is_training()) {
    const kernels::NormInput input{x, {}, module_->weight, module_->bias, kernels::NormTail::kRelu};
    if (kernels::pooled_norm_covers(input)) return kernels::pooled_norm(input, module_->options.eps(), kept(), ranks_);
  }
  return stem_pool(relu(x));
}

kernels::RunningStatistics Norm::kept() const {
  if (frozen_scopes > 0) return {};
  return {module_->running_mean, module_->running_var, module_->num_batches_tracked,
          module_->options.momentum().value()};
}

at::Tensor Norm::normalized(const at::Tensor& x) {
  if (!*this) return x;
  TORCH_CHECK(!module_->is_training() || x.numel() != x.size(1),
              "Expected more than 1 value per channel when training, got input size ", x.sizes(),
              ": batch norm needs more images at once (batch_size over train.accumulation), larger images, or "
              "batch_norm: false");
  if (frozen_scopes == 0 || !module_->is_training()) return module_->forward(x);
  constexpr double kNoMomentum = 0;
  return at::batch_norm(x, module_->weight, module_->bias, /*running_mean=*/{}, /*running_var=*/{}, /*training=*/true,
                        kNoMomentum, module_->options.eps(), at::globalContext().userEnabledCuDNN());
}

}  // namespace scalemark::nn
