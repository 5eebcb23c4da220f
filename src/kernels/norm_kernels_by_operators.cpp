#include "kernels/norm_kernels_by_operators.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/threshold_backward.h>
#include <ATen/ops/var_mean.h>
#include <c10/util/Exception.h>

#include <array>
#include <cstdint>

namespace scalemark::kernels {
namespace {

constexpr std::array<std::int64_t, 3> kAllButChannels{0, 2, 3};

// [channels] as [1, channels, 1, 1]
at::Tensor along_channels(const at::Tensor& values) { return values.view({1, -1, 1, 1}); }

double values_per_channel(const at::Tensor& x) {
  const std::int64_t count = x.numel() / x.size(1);
  return static_cast<double>(count);
}

at::Tensor normalized(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                      const NormMoments& moments) {
  constexpr double kNone = 0;  // momentum and epsilon: the deviation has its epsilon
  return at::batch_norm(x, weight, bias, moments.mean, moments.inverse_deviation.pow(-2), /*training=*/false, kNone,
                        kNone, /*cudnn_enabled=*/false);
}

class NormKernelsByOperators final : public NormKernels {
 public:
  bool cover(const NormInput& input) const override { return input.x.dim() == 4; }

  NormMoments moments(const NormInput& input, double epsilon, const RunningStatistics& running) const override {
    const auto [variance, mean] =
        at::var_mean(input.x.to(input.weight.scalar_type()), kAllButChannels, /*correction=*/0);
    const double count = values_per_channel(input.x);
    update(running, mean, variance * (count / (count - 1)));
    return {mean, (variance + epsilon).rsqrt()};
  }

  at::Tensor evaluate(const NormInput& input, const NormMoments& moments) const override {
    at::Tensor y = normalized(input.x, input.weight, input.bias, moments);
    if (input.tail == NormTail::kAddRelu) y += input.residual;
    return input.tail == NormTail::kNothing ? y : y.relu_();
  }

  // d x = weight / deviation * (g - mean(g) - x_hat * mean(g * x_hat)), x_hat = (x - mean) / deviation
  NormGradients backward(const NormSaved& saved, const at::Tensor& gradient, const at::Tensor& other) const override {
    const at::Tensor masked = behind_tail(saved, other.defined() ? gradient + other : gradient);
    const at::ScalarType wide = saved.weight.scalar_type();
    const at::Tensor inverse = along_channels(saved.moments.inverse_deviation);
    const at::Tensor g = masked.to(wide);
    const at::Tensor hat = (saved.x.to(wide) - along_channels(saved.moments.mean)) * inverse;
    const at::Tensor sum = g.sum(kAllButChannels);
    const at::Tensor product = (g * hat).sum(kAllButChannels);
    const double count = values_per_channel(saved.x);
    const GradientMeans means = saved.means ? saved.means(sum, product) : GradientMeans{sum / count, product / count};
    const at::Tensor centred =
        g - along_channels(means.gradient.to(wide)) - hat * along_channels(means.product.to(wide));
    const at::Tensor of_x = centred * (along_channels(saved.weight) * inverse);
    return {of_x.to(saved.x.scalar_type()), saved.tail == NormTail::kAddRelu ? masked : at::Tensor(), product, sum};
  }

  bool adds_gradients() const override { return false; }

  bool cover_pool(const NormInput&) const override { return false; }
  PooledNorm pool(const NormInput&, const NormMoments&) const override {
    TORCH_CHECK(false, "LibTorch's operators do not pool a norm's output together with it");
  }
  at::Tensor unpool(const at::Tensor&, const at::Tensor&, const at::Tensor&) const override {
    TORCH_CHECK(false, "LibTorch's operators do not pool a norm's output together with it");
  }

 private:
  static at::Tensor behind_tail(const NormSaved& saved, const at::Tensor& gradient) {
    if (saved.tail == NormTail::kNothing) return gradient;
    const at::Tensor y =
        saved.tail == NormTail::kAddRelu ? saved.y : normalized(saved.x, saved.weight, saved.bias, saved.moments);
    return at::threshold_backward(gradient, y, /*threshold=*/0);
  }
};

}  // namespace

const NormKernels& norm_kernels_by_operators() {
  static const NormKernelsByOperators kernels;
  return kernels;
}

}  // namespace scalemark::kernels
