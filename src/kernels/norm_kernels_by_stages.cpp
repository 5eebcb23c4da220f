#include "kernels/norm_kernels_by_stages.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include <cstdint>

namespace scalemark::kernels {
namespace {

constexpr std::int64_t kVectorBytes = 16;

bool lies_channels_last(const at::Tensor& x) { return x.is_contiguous(at::MemoryFormat::ChannelsLast); }

NormGrid grid_of(const at::Tensor& x, const NormCut& cut) {
  const auto channels = static_cast<int>(x.size(1));
  const auto values = static_cast<int>(kVectorBytes / static_cast<std::int64_t>(x.element_size()));
  if (lies_channels_last(x)) return make_norm_grid(x.numel() / channels, channels, values, cut);
  return make_plane_grid(x.size(0), channels, x.size(2) * x.size(3), values, cut);
}

float* values_of(const at::Tensor& by_channel) {
  return by_channel.defined() ? by_channel.mutable_data_ptr<float>() : nullptr;
}

/// What every stage of a map knows.
NormPass pass_of(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const NormMoments& moments) {
  NormPass pass;
  pass.x = x.const_data_ptr();
  pass.weight = weight.const_data_ptr<float>();
  pass.bias = bias.const_data_ptr<float>();
  pass.mean = values_of(moments.mean);
  pass.inverse_deviation = values_of(moments.inverse_deviation);
  return pass;
}

/// Two values per block of rows and channel.
at::Tensor empty_sums(const NormGrid& grid, const at::Tensor& weight) {
  return at::empty({2, grid.row_blocks, grid.channels}, weight.options().requires_grad(false));
}

void use_sums(const at::Tensor& sums, NormPass& pass) {
  pass.first = sums.mutable_data_ptr<float>();
  pass.second = pass.first + sums.stride(0);
}

/// Where the stages of a backward pass write.
void use_gradients(const NormGradients& gradients, NormPass& pass) {
  pass.output = gradients.x.mutable_data_ptr();
  if (gradients.residual.defined()) pass.masked = gradients.residual.mutable_data_ptr();
  pass.weight_gradient = values_of(gradients.weight);
  pass.bias_gradient = values_of(gradients.bias);
}

/// In place of the means that kFinishGradients found: d x = scale * (g - mean(g) - x_hat * mean(g * x_hat)).
void use_means(const GradientMeans& means, const NormSaved& saved, const at::Tensor& of_deviation,
               const at::Tensor& constant) {
  const at::Tensor scale = saved.weight.detach() * saved.moments.inverse_deviation;
  of_deviation.copy_(scale * saved.moments.inverse_deviation * means.product).neg_();
  constant.copy_(scale * means.gradient).neg_();
}

void set_pooling(const at::Tensor& x, const at::Tensor& place, NormPass& pass) {
  pass.height = x.size(2);
  pass.width = x.size(3);
  pass.places = place.mutable_data_ptr<std::uint8_t>();
}

bool known_dtype(at::ScalarType dtype) { return dtype == at::kFloat || at::isReducedFloatingType(dtype); }

bool lies_as_vectors(const at::Tensor& tensor) {
  return reinterpret_cast<std::uintptr_t>(tensor.const_data_ptr()) % kVectorBytes == 0;
}

/// Whether whole vectors are of one pixel or, in planes, of one channel. Planes are for fp32 alone.
bool fills_vectors(const at::Tensor& x) {
  const auto value_bytes = static_cast<std::int64_t>(x.element_size());
  if (lies_channels_last(x)) return x.size(1) * value_bytes % kVectorBytes == 0;
  constexpr std::int64_t kMostPlaneRows = std::int64_t{1} << 31;  // which vector_at() divides in 32 bits
  return x.is_contiguous() && x.scalar_type() == at::kFloat &&
         x.size(2) * x.size(3) * value_bytes % kVectorBytes == 0 && x.numel() / x.size(1) < kMostPlaneRows;
}

bool like(const at::Tensor& map, const at::Tensor& x) {
  return map.scalar_type() == x.scalar_type() && map.sizes() == x.sizes() && map.strides() == x.strides();
}

}  // namespace

bool NormKernelsByStages::cover(const NormInput& input) const {
  const at::Tensor& x = input.x;
  if (x.device().type() != launcher_.device_type() || !known_dtype(x.scalar_type()) || x.dim() != 4) return false;
  if (!fills_vectors(x) || !lies_as_vectors(x)) return false;
  for (const at::Tensor& parameter : {input.weight, input.bias}) {
    if (!parameter.defined() || parameter.scalar_type() != at::kFloat || !lies_as_vectors(parameter)) return false;
  }
  return input.tail != NormTail::kAddRelu || (like(input.residual, x) && lies_as_vectors(input.residual));
}

bool NormKernelsByStages::cover_pool(const NormInput& input) const {
  return cover(input) && lies_channels_last(input.x);
}

NormMoments NormKernelsByStages::moments(const NormInput& input, double epsilon,
                                         const RunningStatistics& running) const {
  const NormGrid grid = grid_of(input.x, kSumCut);
  const at::ScalarType dtype = input.x.scalar_type();
  NormMoments found{at::empty_like(input.weight.detach()), at::empty_like(input.weight.detach())};
  NormPass pass = pass_of(input.x, input.weight, input.bias, found);
  pass.epsilon = epsilon;
  pass.momentum = running.momentum;
  pass.running_mean = values_of(running.mean);
  pass.running_variance = values_of(running.variance);
  if (running.batches.defined()) pass.batches = running.batches.mutable_data_ptr<std::int64_t>();
  const at::Tensor sums = empty_sums(grid, input.weight);
  use_sums(sums, pass);
  launcher_.run(NormStage::kMoments, dtype, input.tail, pass, grid);
  launcher_.run(NormStage::kFinishMoments, dtype, input.tail, pass, grid);
  return found;
}

at::Tensor NormKernelsByStages::evaluate(const NormInput& input, const NormMoments& moments) const {
  at::Tensor y = at::empty_like(input.x);
  NormPass pass = pass_of(input.x, input.weight, input.bias, moments);
  if (input.residual.defined()) pass.residual = input.residual.const_data_ptr();
  pass.output = y.mutable_data_ptr();
  launcher_.run(NormStage::kNormalize, input.x.scalar_type(), input.tail, pass, grid_of(input.x, kMapCut));
  return y;
}

NormGradients NormKernelsByStages::backward(const NormSaved& saved, const at::Tensor& gradient,
                                            const at::Tensor& other) const {
  const NormGrid grid = grid_of(saved.x, kSumCut);
  const at::ScalarType dtype = saved.x.scalar_type();
  const bool adds = saved.tail == NormTail::kAddRelu;
  NormGradients gradients{at::empty_like(saved.x), adds ? at::empty_like(saved.x) : at::Tensor(),
                          at::empty_like(saved.weight.detach()), at::empty_like(saved.bias.detach())};
  const at::Tensor of_deviation = at::empty_like(gradients.weight);
  const at::Tensor constant = at::empty_like(gradients.weight);
  const at::Tensor sums = empty_sums(grid, saved.weight);
  NormPass pass = pass_of(saved.x, saved.weight, saved.bias, saved.moments);
  use_sums(sums, pass);
  use_gradients(gradients, pass);
  pass.gradient = gradient.const_data_ptr();
  if (adds) pass.y = saved.y.const_data_ptr();
  if (other.defined()) pass.other_gradient = other.const_data_ptr();
  pass.of_deviation = values_of(of_deviation);
  pass.constant = values_of(constant);
  launcher_.run(NormStage::kGradientSums, dtype, saved.tail, pass, grid);
  launcher_.run(NormStage::kFinishGradients, dtype, saved.tail, pass, grid);
  if (saved.means) use_means(saved.means(gradients.bias, gradients.weight), saved, of_deviation, constant);
  if (adds) pass.gradient = pass.masked;
  launcher_.run(NormStage::kInputGradient, dtype, saved.tail, pass, grid_of(saved.x, kMapCut));
  return gradients;
}

PooledNorm NormKernelsByStages::pool(const NormInput& input, const NormMoments& moments) const {
  const at::Tensor& x = input.x;
  PooledNorm pooled = empty_pooled(x);
  NormPass pass = pass_of(x, input.weight, input.bias, moments);
  pass.output = pooled.y.mutable_data_ptr();
  set_pooling(x, pooled.place, pass);
  launcher_.run(NormStage::kPool, x.scalar_type(), NormTail::kRelu, pass, grid_of(pooled.y, kMapCut));
  return pooled;
}

at::Tensor NormKernelsByStages::unpool(const at::Tensor& x, const at::Tensor& place, const at::Tensor& gradient) const {
  at::Tensor input_gradient = at::empty_like(x);
  NormPass pass;
  pass.gradient = gradient.const_data_ptr();
  pass.output = input_gradient.mutable_data_ptr();
  set_pooling(x, place, pass);
  launcher_.run(NormStage::kUnpool, x.scalar_type(), NormTail::kRelu, pass, grid_of(x, kMapCut));
  return input_gradient;
}

}  // namespace scalemark::kernels
