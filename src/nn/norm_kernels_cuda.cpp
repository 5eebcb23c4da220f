#include <c10/cuda/CUDAStream.h>

#include "nn/norm_kernels_by_stages.h"
#include "nn/norm_stages_cuda.h"

namespace scalemark::nn {
namespace {

NormValue value_of(c10::ScalarType dtype) {
  if (dtype == at::kBFloat16) return NormValue::kBfloat16;
  return dtype == at::kHalf ? NormValue::kFloat16 : NormValue::kFloat32;
}

class CudaNormLauncher final : public NormLauncher {
 public:
  void run(NormStage stage, c10::ScalarType dtype, NormTail tail, const NormPass& pass,
           const NormGrid& grid) const override {
    launch_norm_stage(stage, value_of(dtype), tail, pass, grid, c10::cuda::getCurrentCUDAStream().stream());
  }

  c10::DeviceType device_type() const override { return c10::DeviceType::CUDA; }
};

}  // namespace

const NormKernels* cuda_norm_kernels() {
  static const CudaNormLauncher launcher;
  static const NormKernelsByStages kernels(launcher);
  return &kernels;
}

}  // namespace scalemark::nn
