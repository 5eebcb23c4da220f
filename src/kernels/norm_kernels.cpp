#include "kernels/norm_kernels.h"

#include <ATen/ops/empty.h>

#include <vector>

#include "kernels/pool_window.h"

namespace scalemark::kernels {

PooledNorm empty_pooled(const at::Tensor& x) {
  const std::vector<std::int64_t> sizes{x.size(0), x.size(1), pooled_size(x.size(2)), pooled_size(x.size(3))};
  const auto like_x = x.options().requires_grad(false).memory_format(at::MemoryFormat::ChannelsLast);
  return {at::empty(sizes, like_x), at::empty(sizes, like_x.dtype(at::kByte))};
}

void update(const RunningStatistics& running, const at::Tensor& mean, const at::Tensor& variance) {
  if (!running.mean.defined()) return;
  running.mean.lerp_(mean.to(running.mean.scalar_type()), running.momentum);
  running.variance.lerp_(variance.to(running.variance.scalar_type()), running.momentum);
  running.batches.add_(1);
}

NormResult NormKernels::train(const NormInput& input, double epsilon, const RunningStatistics& running) const {
  const NormMoments of_batch = moments(input, epsilon, running);
  return {evaluate(input, of_batch), of_batch};
}

const NormKernels* norm_kernels(c10::DeviceType device) {
  if (device == c10::DeviceType::CPU) return &cpu_norm_kernels();
  return device == c10::DeviceType::CUDA ? cuda_norm_kernels() : nullptr;
}

}  // namespace scalemark::kernels
