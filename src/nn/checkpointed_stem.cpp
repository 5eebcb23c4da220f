#include "nn/checkpointed_stem.h"

#include <ATen/ops/addcmul.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/var_mean.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "nn/forward_state.h"
#include "nn/layers.h"

namespace scalemark::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kChunks = 16;

struct StemCapsule : torch::CustomClassHolder {
  StemCapsule(torch::nn::Conv2d of_convolution, torch::nn::BatchNorm2d of_norm, const c10::Device& device)
      : convolution(std::move(of_convolution)), norm(std::move(of_norm)), state(device) {}

  torch::nn::Conv2d convolution;
  torch::nn::BatchNorm2d norm;
  const ForwardState state;
};

at::Tensor leaf(const at::Tensor& x) { return x.detach().requires_grad_(); }

// [channels] as [1, channels, 1, 1]
at::Tensor per_channel(const at::Tensor& values) { return values.view({1, -1, 1, 1}); }

/// Batch norm as the affine map of each channel that it is once the batch's mean and variance are known.
struct AffineNorm {
  AffineNorm(const at::Tensor& x, const torch::nn::BatchNorm2dImpl& norm) {
    const auto [batch_variance, batch_mean] =
        at::var_mean(x.to(norm.weight.scalar_type()), {0, 2, 3}, /*correction=*/0);
    mean = leaf(batch_mean);
    variance = leaf(batch_variance);
    weight = leaf(norm.weight);
    bias = leaf(norm.bias);
    scale = weight * (variance + norm.options.eps()).rsqrt();
    shift = bias - mean * scale;
  }

  at::Tensor mean, variance, weight, bias;
  at::Tensor scale, shift;  ///< norm(x) = scale * x + shift
};

/// The gradients of pooled(relu(scale * x + shift)), chunk by chunk of the batch.
struct ChunkGradients {
  at::Tensor x, scale, shift;
};

ChunkGradients gradients_by_chunk(const at::Tensor& x, const AffineNorm& norm, const at::Tensor& output_gradient) {
  ChunkGradients sum{at::empty_like(x), at::zeros_like(norm.scale), at::zeros_like(norm.shift)};
  const std::int64_t batch = x.size(0);
  const std::int64_t chunk = (batch + kChunks - 1) / kChunks;
  for (std::int64_t begin = 0; begin < batch; begin += chunk) {
    const std::int64_t size = std::min(chunk, batch - begin);
    const at::Tensor part = leaf(x.narrow(0, begin, size));
    const at::Tensor scale = leaf(norm.scale);
    const at::Tensor shift = leaf(norm.shift);
    at::Tensor normal =
        at::addcmul(per_channel(shift), part.to(scale.scalar_type()), per_channel(scale)).to(x.scalar_type());
    const variable_list found = torch::autograd::grad({stem_pool(normal.relu_())}, {part, scale, shift},
                                                      {output_gradient.narrow(0, begin, size)});
    sum.x.narrow(0, begin, size).copy_(found[0]);
    sum.scale += found[1];
    sum.shift += found[2];
  }
  return sum;
}

class CheckpointedStem : public torch::autograd::Function<CheckpointedStem> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& images, at::TensorList /*parameters*/,
                            torch::nn::Conv2d& convolution, Norm& norm) {
    context->save_for_backward({images});
    context->saved_data["stem"] =
        c10::IValue::make_capsule(c10::make_intrusive<StemCapsule>(convolution, norm.module(), images.device()));
    return pooled_stem(convolution, norm, images);
  }

  static variable_list backward(AutogradContext* context, const variable_list& output_gradients) {
    const auto stem = c10::static_intrusive_pointer_cast<StemCapsule>(context->saved_data["stem"].toCapsule());
    const at::AutoGradMode with_gradients(true);
    at::Tensor x;
    {
      const ForwardState::Replay replay(stem->state);
      x = stem->convolution->forward(context->get_saved_variables().front());
    }
    const AffineNorm norm(x.detach(), *stem->norm);
    ChunkGradients by_chunk = gradients_by_chunk(x.detach(), norm, output_gradients.front());
    const variable_list of_norm = torch::autograd::grad(
        {norm.scale, norm.shift}, {norm.weight, norm.bias, norm.mean, norm.variance}, {by_chunk.scale, by_chunk.shift});
    add_through_statistics(by_chunk.x, x.detach(), norm, of_norm[2], of_norm[3]);
    const variable_list of_convolution = torch::autograd::grad({x}, {stem->convolution->weight}, {by_chunk.x});
    return {at::Tensor(), of_convolution[0], of_norm[0], of_norm[1], at::Tensor(), at::Tensor()};
  }

 private:
  // Every x counts in the mean and the variance too: d mean / dx = 1 / n, d variance / dx = 2 (x - mean) / n.
  static void add_through_statistics(at::Tensor& gradient, const at::Tensor& x, const AffineNorm& norm,
                                     const at::Tensor& of_mean, const at::Tensor& of_variance) {
    const at::AutoGradMode without_gradients(false);
    const double count = static_cast<double>(x.numel() / x.size(1));
    const at::Tensor slope = of_variance * (2 / count);
    const at::Tensor offset = of_mean / count - norm.mean * slope;
    const auto dtype = x.scalar_type();
    gradient.addcmul_(x, per_channel(slope).to(dtype)).add_(per_channel(offset).to(dtype));
  }
};

}  // namespace

at::Tensor pooled_stem(torch::nn::Conv2d& convolution, Norm& norm, const at::Tensor& images) {
  return norm.pooled_relu(convolution->forward(images));
}

at::Tensor checkpointed_stem(torch::nn::Conv2d& convolution, Norm& norm, const at::Tensor& images) {
  const std::vector<at::Tensor> parameters{convolution->weight, norm.module()->weight, norm.module()->bias};
  return CheckpointedStem::apply(images, at::TensorList(parameters), convolution, norm);
}

}  // namespace scalemark::nn
