// Batch norm on a CPU: each map is cut into blocks that fit the cache and that threads share. What a block sums up is
// kept by itself and added in the order of blocks and in double, so that the result does not depend on the threads.

#include <ATen/Dispatch.h>
#include <ATen/ops/add.h>
#include <ATen/ops/empty_like.h>

#include <cmath>
#include <vector>

#include "kernels/norm_blocks.h"
#include "kernels/norm_kernels.h"
#include "kernels/norm_pool_cpu.h"

namespace scalemark::kernels {
namespace {

/// Mean and sum of squared deviations by channel.
struct Moments {
  std::vector<double> mean, squares;
};

// Chan et al. 1983, "Algorithms for computing the sample variance".
template <typename Sums>
Moments merged_moments(const Blocks& blocks, const BlockSums<Sums>& sums) {
  const std::int64_t channels = blocks.channels();
  Moments merged{std::vector<double>(channels), std::vector<double>(channels)};
  double seen = 0;
  for (std::int64_t block = 0; block < blocks.count(); ++block) {
    const auto count = static_cast<double>(blocks.values_in(block));
    const double share = count / (seen + count);
    for (std::int64_t channel = 0; channel < channels; ++channel) {
      const double step = sums.first[block * channels + channel] - merged.mean[channel];
      merged.mean[channel] += step * share;
      merged.squares[channel] += sums.second[block * channels + channel] + step * step * seen * share;
    }
    seen += count;
  }
  return merged;
}

template <typename Value>
Moments batch_moments(const Blocks& blocks, const at::Tensor& x) {
  BlockSums<Wide<Value>> sums(blocks);
  const Value* values = x.const_data_ptr<Value>();
  blocks.for_each<Value>(
      [&](const auto& loops, const BlockShape& shape, std::int64_t offset, std::int64_t block, std::int64_t channel) {
        const std::int64_t at = block * sums.channels + channel;
        loops.moments(shape, values + offset, &sums.first[at], &sums.second[at]);
      });
  return merged_moments(blocks, sums);
}

template <typename Value>
void update_running(const RunningStatistics& running, const Moments& moments, std::int64_t count) {
  if (!running.mean.defined()) return;
  ++*running.batches.mutable_data_ptr<std::int64_t>();
  const double keep = 1 - running.momentum;
  const double bessel = running.momentum / static_cast<double>(count - 1);
  auto* mean = running.mean.mutable_data_ptr<Wide<Value>>();
  auto* variance = running.variance.mutable_data_ptr<Wide<Value>>();
  for (std::size_t channel = 0; channel < moments.mean.size(); ++channel) {
    mean[channel] = static_cast<Wide<Value>>(keep * mean[channel] + running.momentum * moments.mean[channel]);
    variance[channel] = static_cast<Wide<Value>>(keep * variance[channel] + bessel * moments.squares[channel]);
  }
}

/// Batch norm as the affine map of each channel that it is once the moments are known.
template <typename Value>
struct ChannelMaps {
  ChannelMaps(const at::Tensor& weight, const at::Tensor& bias, const NormMoments& moments)
      : scale(weight.numel()), shift(weight.numel()) {
    const auto* weights = weight.const_data_ptr<Wide<Value>>();
    const auto* biases = bias.const_data_ptr<Wide<Value>>();
    const auto* mean = moments.mean.const_data_ptr<Wide<Value>>();
    const auto* inverse_deviation = moments.inverse_deviation.const_data_ptr<Wide<Value>>();
    for (std::size_t channel = 0; channel < scale.size(); ++channel) {
      scale[channel] = weights[channel] * inverse_deviation[channel];
      shift[channel] = biases[channel] - mean[channel] * scale[channel];
    }
  }

  std::vector<Wide<Value>> scale, shift;
};

template <typename Value>
at::Tensor normalize(const Blocks& blocks, const NormInput& input, const NormMoments& moments) {
  const ChannelMaps<Value> maps(input.weight, input.bias, moments);
  at::Tensor y = at::empty_like(input.x);
  const Value* x = input.x.const_data_ptr<Value>();
  const Value* residual = input.residual.defined() ? input.residual.const_data_ptr<Value>() : nullptr;
  auto* output = y.mutable_data_ptr<Value>();
  blocks.for_each<Value>([&](const auto& loops, const BlockShape& shape, std::int64_t offset, std::int64_t /*block*/,
                             std::int64_t channel) {
    loops.normalize({shape, x + offset, residual == nullptr ? nullptr : residual + offset, &maps.scale[channel],
                     &maps.shift[channel], output + offset},
                    input.tail);
  });
  return y;
}

template <typename Value>
NormMoments moments_in(const NormInput& input, double epsilon, const RunningStatistics& running) {
  const Blocks blocks(input.x);
  const Moments batch = batch_moments<Value>(blocks, input.x);
  const std::int64_t count = blocks.values_per_channel();
  update_running<Value>(running, batch, count);
  const NormMoments moments{at::empty_like(input.weight.detach()), at::empty_like(input.weight.detach())};
  auto* mean = moments.mean.mutable_data_ptr<Wide<Value>>();
  auto* inverse_deviation = moments.inverse_deviation.mutable_data_ptr<Wide<Value>>();
  for (std::int64_t channel = 0; channel < blocks.channels(); ++channel) {
    mean[channel] = static_cast<Wide<Value>>(batch.mean[channel]);
    inverse_deviation[channel] =
        static_cast<Wide<Value>>(1 / std::sqrt(batch.squares[channel] / static_cast<double>(count) + epsilon));
  }
  return moments;
}

/// The backward pass in two passes over the map: sums by channel, then the gradient of x.
template <typename Value>
class Backward {
 public:
  using Sums = Wide<Value>;

  Backward(const NormSaved& saved, const at::Tensor& gradient)
      : saved_(saved),
        blocks_(saved.x),
        maps_(saved.weight, saved.bias, saved.moments),
        whole_{{},
               saved.x.const_data_ptr<Value>(),
               saved.tail == NormTail::kAddRelu ? saved.y.const_data_ptr<Value>() : nullptr,
               gradient.const_data_ptr<Value>(),
               saved.moments.mean.const_data_ptr<Sums>(),
               maps_.scale.data(),
               maps_.shift.data()},
        of_gradient_(blocks_.channels()),
        of_deviation_(blocks_.channels()),
        constant_(blocks_.channels()) {}

  NormGradients run() {
    NormGradients gradients;
    if (saved_.tail == NormTail::kAddRelu) gradients.residual = at::empty_like(saved_.x);
    sum_over_blocks(gradients);
    gradients.x = at::empty_like(saved_.x);
    write_input_gradient(gradients);
    return gradients;
  }

 private:
  BackwardBlock<Value> part(const BlockShape& shape, std::int64_t offset, std::int64_t channel) const {
    return {shape,
            whole_.x + offset,
            whole_.y == nullptr ? nullptr : whole_.y + offset,
            whole_.gradient + offset,
            whole_.mean + channel,
            whole_.scale + channel,
            whole_.shift + channel};
  }

  void sum_over_blocks(NormGradients& gradients) {
    BlockSums<Sums> sums(blocks_);
    auto* masked = gradients.residual.defined() ? gradients.residual.template mutable_data_ptr<Value>() : nullptr;
    blocks_.template for_each<Value>(
        [&](const auto& loops, const BlockShape& shape, std::int64_t offset, std::int64_t block, std::int64_t channel) {
          const std::int64_t at = block * sums.channels + channel;
          loops.gradient_sums(part(shape, offset, channel), saved_.tail, &sums.first[at], &sums.second[at],
                              masked == nullptr ? nullptr : masked + offset);
        });
    gradients.weight = at::empty_like(saved_.weight);
    gradients.bias = at::empty_like(saved_.bias);
    finish_channels(sums, gradients);
  }

  // d x = weight / deviation * (g - mean(g) - x_hat * mean(g * x_hat)), x_hat = (x - mean) / deviation
  void finish_channels(const BlockSums<Sums>& sums, NormGradients& gradients) {
    const auto* inverse_deviation = saved_.moments.inverse_deviation.const_data_ptr<Sums>();
    auto* weight = gradients.weight.template mutable_data_ptr<Sums>();
    auto* bias = gradients.bias.template mutable_data_ptr<Sums>();
    const auto count = static_cast<double>(blocks_.values_per_channel());
    std::vector<double> mean(blocks_.channels());   // of g
    std::vector<double> product_mean(mean.size());  // of g * x_hat
    for (std::int64_t channel = 0; channel < blocks_.channels(); ++channel) {
      double sum = 0;
      double product = 0;
      for (std::size_t at = channel; at < sums.first.size(); at += sums.channels) {
        sum += sums.first[at];
        product += sums.second[at];
      }
      product *= inverse_deviation[channel];
      weight[channel] = static_cast<Sums>(product);
      bias[channel] = static_cast<Sums>(sum);
      mean[channel] = sum / count;
      product_mean[channel] = product / count;
    }
    if (!saved_.means) return map_gradient(mean.data(), product_mean.data());
    const GradientMeans means = saved_.means(gradients.bias, gradients.weight);
    map_gradient(means.gradient.const_data_ptr<double>(), means.product.const_data_ptr<double>());
  }

  void map_gradient(const double* mean, const double* product_mean) {
    const auto* inverse_deviation = saved_.moments.inverse_deviation.const_data_ptr<Sums>();
    for (std::int64_t channel = 0; channel < blocks_.channels(); ++channel) {
      const double scale = maps_.scale[channel];
      of_gradient_[channel] = maps_.scale[channel];
      of_deviation_[channel] = static_cast<Sums>(-scale * inverse_deviation[channel] * product_mean[channel]);
      constant_[channel] = static_cast<Sums>(-scale * mean[channel]);
    }
  }

  void write_input_gradient(const NormGradients& gradients) {
    auto* output = gradients.x.template mutable_data_ptr<Value>();
    NormTail tail = saved_.tail;
    if (tail == NormTail::kAddRelu) {
      whole_.gradient = gradients.residual.template const_data_ptr<Value>();
      tail = NormTail::kNothing;
    }
    blocks_.template for_each<Value>([&](const auto& loops, const BlockShape& shape, std::int64_t offset,
                                         std::int64_t /*block*/, std::int64_t channel) {
      loops.input_gradient(part(shape, offset, channel), tail,
                           {&of_gradient_[channel], &of_deviation_[channel], &constant_[channel]}, output + offset);
    });
  }

  const NormSaved& saved_;
  const Blocks blocks_;
  const ChannelMaps<Value> maps_;
  BackwardBlock<Value> whole_;
  std::vector<Sums> of_gradient_, of_deviation_, constant_;  // by channel: see GradientMap
};

bool is_dense(const at::Tensor& x) { return x.is_contiguous() || Blocks::is_channels_last(x); }

at::ScalarType parameter_dtype(at::ScalarType dtype) { return dtype == at::kDouble ? at::kDouble : at::kFloat; }

#define SCALEMARK_BY_DTYPE(X, ...) \
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kBFloat16, at::kHalf, (X).scalar_type(), "fused_norm", __VA_ARGS__)

class CpuNormKernels final : public NormKernels {
 public:
  bool cover(const NormInput& input) const override {
    const auto dtype = input.x.scalar_type();
    const bool known = dtype == at::kFloat || dtype == at::kDouble || at::isReducedFloatingType(dtype);
    if (!known || !is_dense(input.x) || !input.weight.defined() || !input.bias.defined()) return false;
    if (input.weight.scalar_type() != parameter_dtype(dtype)) return false;
    if (input.tail != NormTail::kAddRelu) return true;
    return input.residual.scalar_type() == dtype && input.residual.sizes() == input.x.sizes() &&
           input.residual.strides() == input.x.strides();
  }

  NormMoments moments(const NormInput& input, double epsilon, const RunningStatistics& running) const override {
    return SCALEMARK_BY_DTYPE(input.x, [&] { return moments_in<scalar_t>(input, epsilon, running); });
  }

  at::Tensor evaluate(const NormInput& input, const NormMoments& moments) const override {
    return SCALEMARK_BY_DTYPE(input.x, [&] { return normalize<scalar_t>(Blocks(input.x), input, moments); });
  }

  NormGradients backward(const NormSaved& saved, const at::Tensor& gradient, const at::Tensor& other) const override {
    const at::Tensor whole = other.defined() ? at::add(gradient, other) : gradient;
    return SCALEMARK_BY_DTYPE(saved.x, [&] { return Backward<scalar_t>(saved, whole).run(); });
  }

  // Autograd adds them in place.
  bool adds_gradients() const override { return false; }

  bool cover_pool(const NormInput& input) const override { return cover(input) && Blocks::is_channels_last(input.x); }

  PooledNorm pool(const NormInput& input, const NormMoments& moments) const override {
    return SCALEMARK_BY_DTYPE(input.x, [&] {
      const ChannelMaps<scalar_t> maps(input.weight, input.bias, moments);
      return pool_on_cpu<scalar_t>(input.x, maps.scale.data(), maps.shift.data());
    });
  }

  at::Tensor unpool(const at::Tensor& x, const at::Tensor& place, const at::Tensor& gradient) const override {
    return SCALEMARK_BY_DTYPE(x, [&] { return unpool_on_cpu<scalar_t>(x, place, gradient); });
  }
};

#undef SCALEMARK_BY_DTYPE

}  // namespace

const NormKernels& cpu_norm_kernels() {
  static const CpuNormKernels kernels;
  return kernels;
}

}  // namespace scalemark::kernels
