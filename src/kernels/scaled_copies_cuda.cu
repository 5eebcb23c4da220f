#include "kernels/device_block.h"
#include "kernels/device_launch.h"
#include "kernels/scaled_copies_cuda.h"

namespace scalemark::kernels {
namespace {

template <typename From, typename To>
__global__ void scaled_copies_kernel(const __grid_constant__ ScaledCopiesPass pass) {
  DeviceBlock block{static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y)};
  copy_scaled<From, To>(block, pass);
}

template <typename From>
void launch_from(KernelValue to, const ScaledCopiesPass& pass, void* stream) {
  launch_for_value("a kernel that fills buckets", to, [&](auto of_type) {
    launch(scaled_copies_kernel<From, decltype(of_type)>, shape_of(pass), static_cast<cudaStream_t>(stream), pass);
  });
}

}  // namespace

void launch_scaled_copies(KernelValue from, KernelValue to, const ScaledCopiesPass& pass, void* stream) {
  if (from == KernelValue::kFloat32) launch_from<float>(to, pass, stream);
  if (from == KernelValue::kBfloat16) launch_from<c10::BFloat16>(to, pass, stream);
  if (from == KernelValue::kFloat16) launch_from<c10::Half>(to, pass, stream);
}

}  // namespace scalemark::kernels
