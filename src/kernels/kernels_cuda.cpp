#include <c10/cuda/CUDAStream.h>

#include "kernels/cross_entropy_cuda.h"
#include "kernels/cross_entropy_launcher.h"
#include "kernels/norm_kernels_by_stages.h"
#include "kernels/norm_stages_cuda.h"
#include "kernels/scaled_copies_cuda.h"
#include "kernels/scaled_copies_launcher.h"

namespace scalemark::kernels {
namespace {

KernelValue value_of(c10::ScalarType dtype) {
  if (dtype == at::kBFloat16) return KernelValue::kBfloat16;
  return dtype == at::kHalf ? KernelValue::kFloat16 : KernelValue::kFloat32;
}

void* current_stream() { return c10::cuda::getCurrentCUDAStream().stream(); }

class CudaNormLauncher final : public NormLauncher {
 public:
  void run(NormStage stage, c10::ScalarType dtype, NormTail tail, const NormPass& pass,
           const NormGrid& grid) const override {
    launch_norm_stage(stage, value_of(dtype), tail, pass, grid, current_stream());
  }

  c10::DeviceType device_type() const override { return c10::DeviceType::CUDA; }
};

class CudaCrossEntropyLauncher final : public CrossEntropyLauncher {
 public:
  void run(CrossEntropyStage stage, c10::ScalarType dtype, const CrossEntropyPass& pass) const override {
    launch_cross_entropy(stage, value_of(dtype), pass, current_stream());
  }
};

class CudaScaledCopiesLauncher final : public ScaledCopiesLauncher {
 public:
  void run(c10::ScalarType from, c10::ScalarType to, const ScaledCopiesPass& pass) const override {
    launch_scaled_copies(value_of(from), value_of(to), pass, current_stream());
  }

  c10::DeviceType device_type() const override { return c10::DeviceType::CUDA; }
};

}  // namespace

const CrossEntropyLauncher* cuda_cross_entropy_launcher() {
  static const CudaCrossEntropyLauncher launcher;
  return &launcher;
}

const NormKernels* cuda_norm_kernels() {
  static const CudaNormLauncher launcher;
  static const NormKernelsByStages kernels(launcher);
  return &kernels;
}

const ScaledCopiesLauncher* cuda_scaled_copies_launcher() {
  static const CudaScaledCopiesLauncher launcher;
  return &launcher;
}

}  // namespace scalemark::kernels
