#include "nn/norm_kernels.h"

namespace scalemark::nn {

NormResult NormKernels::train(const NormInput& input, double epsilon, const RunningStatistics& running) const {
  const NormMoments of_batch = moments(input, epsilon, running);
  return {evaluate(input, of_batch), of_batch};
}

const NormKernels* norm_kernels(c10::DeviceType device) {
  if (device == c10::DeviceType::CPU) return &cpu_norm_kernels();
  return device == c10::DeviceType::CUDA ? cuda_norm_kernels() : nullptr;
}

}  // namespace scalemark::nn
