#include "kernels/rank_moments.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include <cstdint>

namespace scalemark::kernels {
namespace {

/// Mean, variance and count of this rank: [2 * channels + 1].
at::Tensor own_part(const NormKernels& kernels, const NormInput& input) {
  constexpr double kNoEpsilon = 0;  // the deviation is then that of the batch: its square is the variance
  const NormMoments own = kernels.moments(input, kNoEpsilon, /*running=*/{});
  const std::int64_t channels = own.mean.numel();
  at::Tensor part = at::empty({2 * channels + 1}, own.mean.options().dtype(at::kDouble));
  part.narrow(0, 0, channels).copy_(own.mean);
  part.narrow(0, channels, channels).copy_(own.inverse_deviation).pow_(-2);
  const std::int64_t count = input.x.numel() / channels;
  part.narrow(0, 2 * channels, 1).fill_(static_cast<double>(count));
  return part;
}

}  // namespace

RankMoments moments_over_ranks(const NormKernels& kernels, const NormInput& input, double epsilon,
                               const RunningStatistics& running, NormRanks& ranks) {
  const at::Tensor parts = ranks.gather(own_part(kernels, input));  // [rank, value]
  const std::int64_t channels = input.weight.numel();
  const at::Tensor counts = parts.narrow(1, 2 * channels, 1);
  const at::Tensor count = counts.sum(/*dim=*/0);
  const at::Tensor shares = counts / count;
  const at::Tensor means = parts.narrow(1, 0, channels);
  const at::Tensor mean = (means * shares).sum(0);
  const at::Tensor variance = ((parts.narrow(1, channels, channels) + (means - mean).square()) * shares).sum(0);
  update(running, mean, variance * (count / (count - 1)));
  const at::ScalarType dtype = input.weight.scalar_type();
  return {{mean.to(dtype), (variance + epsilon).rsqrt().to(dtype)}, count};
}

GradientMeans gradient_means_over_ranks(const at::Tensor& sum, const at::Tensor& product, const at::Tensor& count,
                                        NormRanks& ranks) {
  at::Tensor sums = at::cat({sum, product}).to(at::kDouble);
  ranks.sum(sums);
  sums.div_(count);
  return {sums.narrow(0, 0, sum.numel()), sums.narrow(0, sum.numel(), product.numel())};
}

}  // namespace scalemark::kernels
