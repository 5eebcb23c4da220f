#include "optim/gradient_scaler.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_amp_foreach_non_finite_check_and_unscale.h>
#include <ATen/ops/_amp_update_scale.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

namespace scalemark::optim {
namespace {

constexpr double kFirstScale = 65536;
constexpr double kGrowthFactor = 2;
constexpr double kBackoffFactor = 0.5;
constexpr std::int64_t kGrowthInterval = 2000;

}  // namespace

GradientScaler::GradientScaler(const at::Device& device)
    : scale_(at::full({}, kFirstScale, at::TensorOptions(device).dtype(at::kFloat))),
      growth_tracker_(at::zeros({}, at::TensorOptions(device).dtype(at::kInt))) {}

at::Tensor GradientScaler::unscale(std::vector<at::Tensor> gradients) {
  const at::NoGradGuard no_grad;
  non_finite_ = at::zeros({}, scale_.options());
  at::_amp_foreach_non_finite_check_and_unscale_(gradients, non_finite_, scale_.reciprocal());
  return non_finite_;
}

void GradientScaler::update() {
  const at::NoGradGuard no_grad;
  at::_amp_update_scale_(scale_, growth_tracker_, non_finite_, kGrowthFactor, kBackoffFactor, kGrowthInterval);
}

}  // namespace scalemark::optim
