#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/DeviceType.h>

#include <functional>

#include "kernels/norm_tail.h"

namespace scalemark::kernels {

/// y = tail(weight * (x - mean) / deviation + bias), mean and deviation by channel; kAddRelu is relu(... + residual).
struct NormInput {
  at::Tensor x;             ///< [batch, channels, ...], dense: contiguous or channels_last
  at::Tensor residual;      ///< in x's shape, dtype and layout; undefined unless the tail is kAddRelu
  at::Tensor weight, bias;  ///< [channels]; fp64 where x is, else fp32
  NormTail tail = NormTail::kNothing;
};

/// By channel, in the dtype of the weight.
struct NormMoments {
  at::Tensor mean;
  at::Tensor inverse_deviation;  ///< 1 / sqrt(variance + epsilon), of the variance without Bessel's correction
};

/// What training updates: kept = (1 - momentum) * kept + momentum * batch's, the variance with Bessel's correction.
/// All of it undefined: nothing is kept.
struct RunningStatistics {
  at::Tensor mean, variance;  ///< [channels]
  at::Tensor batches;         ///< one int64: how many of them these are of
  double momentum = 0;
};

/// Writes a batch's moments into what training keeps, if it keeps any.
/// @param variance  with Bessel's correction
void update(const RunningStatistics& running, const at::Tensor& mean, const at::Tensor& variance);

struct NormResult {
  at::Tensor y;  ///< in x's dtype and layout
  NormMoments moments;
};

/// Over all values of a channel, of the gradient behind the tail and of its products with the normalised x: [channels],
/// fp64.
struct GradientMeans {
  at::Tensor gradient, product;
};

/// What backward needs of a forward pass in training.
struct NormSaved {
  at::Tensor x;
  at::Tensor y;  ///< the output, for the ReLU mask; undefined unless the tail is kAddRelu: else x gives the mask
  at::Tensor weight, bias;
  NormMoments moments;
  NormTail tail = NormTail::kNothing;
  /// From this map's sums of the two, the means of all maps that the moments are of. Empty: they are of this one alone.
  std::function<GradientMeans(const at::Tensor& gradient, const at::Tensor& product)> means{};
};

struct NormGradients {
  at::Tensor x;             ///< in x's dtype and layout
  at::Tensor residual;      ///< the same; undefined unless the tail is kAddRelu
  at::Tensor weight, bias;  ///< in the weight's dtype
};

/// relu(norm(x)) behind the ImageNet stem's max-pooling: windows of 3x3, stride 2, padding 1.
struct PooledNorm {
  at::Tensor y;      ///< [batch, channels, (height + 1) / 2, (width + 1) / 2], in x's dtype and layout
  at::Tensor place;  ///< uint8, like y: where in its window each value was, 3 * row + column
};

/// Both maps of a PooledNorm of x, channels_last, still to be written.
PooledNorm empty_pooled(const at::Tensor& x);

/// One device's kernels of batch norm and what follows it, outside autograd. No state: any thread may call them.
class NormKernels {
 public:
  virtual ~NormKernels() = default;

  /// Whether the other functions take this input. What they do not take goes to LibTorch's operators.
  virtual bool cover(const NormInput& input) const = 0;

  /// Of the batch, more than one value per channel; updates what training keeps.
  virtual NormMoments moments(const NormInput& input, double epsilon, const RunningStatistics& running) const = 0;

  /// By moments that are given.
  virtual at::Tensor evaluate(const NormInput& input, const NormMoments& moments) const = 0;

  /// By the batch's own moments.
  NormResult train(const NormInput& input, double epsilon, const RunningStatistics& running) const;

  /// @param gradient  of y, in its shape, dtype and layout.
  /// @param other     with kAddRelu: of y's second reader, like the first, to be added to it; or undefined.
  virtual NormGradients backward(const NormSaved& saved, const at::Tensor& gradient, const at::Tensor& other) const = 0;

  /// Whether backward() adds two gradients for less than adding them first costs.
  virtual bool adds_gradients() const = 0;

  /// Whether pool() and unpool() take this input too.
  virtual bool cover_pool(const NormInput& input) const = 0;

  /// The pooled map alone, without what it is pooled from. Rounded before it is compared, so that it is to the bit what
  /// pooling the map of kRelu gives.
  virtual PooledNorm pool(const NormInput& input, const NormMoments& moments) const = 0;

  /// The gradient of relu(norm(x)), like x, from that of the pooled map.
  virtual at::Tensor unpool(const at::Tensor& x, const at::Tensor& place, const at::Tensor& gradient) const = 0;
};

const NormKernels& cpu_norm_kernels();

/// nullptr in a build without CUDA.
const NormKernels* cuda_norm_kernels();

/// nullptr where the device has none.
const NormKernels* norm_kernels(c10::DeviceType device);

}  // namespace scalemark::kernels
