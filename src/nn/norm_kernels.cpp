#include "nn/norm_kernels.h"

namespace scalemark::nn {

const NormKernels* norm_kernels(c10::DeviceType device) {
  if (device == c10::DeviceType::CPU) return &cpu_norm_kernels();
  return device == c10::DeviceType::CUDA ? cuda_norm_kernels() : nullptr;
}

}  // namespace scalemark::nn
