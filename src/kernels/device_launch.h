#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

#include "kernels/kernel_shape.h"
#include "kernels/kernel_value.h"

// For files that a GPU's compiler compiles.
namespace scalemark::kernels {

template <typename... Parameters>
void launch(void (*kernel)(Parameters...), const KernelShape& shape, cudaStream_t stream,
            const Parameters&... arguments) {
  const dim3 blocks(static_cast<unsigned>(shape.blocks_x), static_cast<unsigned>(shape.blocks_y));
  const dim3 threads(static_cast<unsigned>(shape.threads_x), static_cast<unsigned>(shape.threads_y));
  kernel<<<blocks, threads, static_cast<unsigned>(shape.shared_bytes), stream>>>(arguments...);
}

/// Calls launch_with(a value of the type that `value` names), which launches a kernel. A kernel's end is not waited
/// for.
/// @throws std::runtime_error naming `what` and CUDA's reason where it was not launched
template <typename LaunchWith>
void launch_for_value(const char* what, KernelValue value, const LaunchWith& launch_with) {
  if (value == KernelValue::kFloat32) launch_with(float{});
  if (value == KernelValue::kBfloat16) launch_with(c10::BFloat16{});
  if (value == KernelValue::kFloat16) launch_with(c10::Half{});
  if (const cudaError_t error = cudaGetLastError(); error != cudaSuccess) {
    throw std::runtime_error(std::string(what) + " was not launched: " + cudaGetErrorString(error));
  }
}

}  // namespace scalemark::kernels
