#include "nn/norm.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>

#include "nn/fused_norm.h"

namespace scalemark::nn {
namespace {

thread_local int frozen_scopes = 0;

// Counts the batch, and says what share of the running statistics it gets: its own, or that of all batches so far.
double count_batch(torch::nn::BatchNorm2dImpl& norm) {
  norm.num_batches_tracked += 1;
  const auto momentum = norm.options.momentum();
  return momentum ? *momentum : 1.0 / norm.num_batches_tracked.item<double>();
}

}  // namespace

FrozenStatistics::FrozenStatistics() { ++frozen_scopes; }
FrozenStatistics::~FrozenStatistics() { --frozen_scopes; }

Norm::Norm(std::int64_t channels, const NormOptions& options) : fused_(options.fused) {
  if (options.batch_norm) module_ = torch::nn::BatchNorm2d(channels);
}

void Norm::register_in(torch::nn::Module& owner, const char* name) const {
  if (*this) owner.register_module(name, module_);
}

at::Tensor Norm::apply(const at::Tensor& x, const at::Tensor& residual, NormTail tail) {
  if (*this && fused_) {
    const NormInput input{x, residual, module_->weight, module_->bias, tail};
    // In evaluation nobody asks for gradients; whoever does gets them from LibTorch.
    const bool known = module_->is_training() || !at::GradMode::is_enabled();
    if (known && fused_norm_covers(input)) return apply_fused(input);
  }
  at::Tensor y = normalized(x);
  if (tail == NormTail::kAddRelu) y += residual;
  return tail == NormTail::kNothing ? y : y.relu_();
}

at::Tensor Norm::apply_fused(const NormInput& input) {
  const double epsilon = module_->options.eps();
  if (!module_->is_training()) {
    const NormMoments moments{module_->running_mean, (module_->running_var + epsilon).rsqrt()};
    return norm_kernels(input.x.device().type())->evaluate(input, moments);
  }
  if (frozen_scopes > 0) return fused_norm(input, epsilon, {});
  const double momentum = count_batch(*module_);
  return fused_norm(input, epsilon, {module_->running_mean, module_->running_var, momentum});
}

at::Tensor Norm::normalized(const at::Tensor& x) {
  if (!*this) return x;
  if (frozen_scopes == 0 || !module_->is_training()) return module_->forward(x);
  constexpr double kNoMomentum = 0;
  return at::batch_norm(x, module_->weight, module_->bias, /*running_mean=*/{}, /*running_var=*/{}, /*training=*/true,
                        kNoMomentum, module_->options.eps(), at::globalContext().userEnabledCuDNN());
}

}  // namespace scalemark::nn
