#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <stdexcept>
#include <string>

#include "kernels/kernel_shape.h"
#include "kernels/kernel_value.h"

// For files that a GPU's compiler compiles.
namespace scalemark::kernels {

/// Why CUDA refused a launch.
class LaunchRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// @throws LaunchRefused. CUDA's last error is left alone where the launch succeeds: other libraries leave theirs
/// there.
template <typename... Parameters>
void launch(void (*kernel)(Parameters...), const KernelShape& shape, cudaStream_t stream,
            const Parameters&... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(shape.blocks_x), static_cast<unsigned>(shape.blocks_y));
  config.blockDim = dim3(static_cast<unsigned>(shape.threads_x), static_cast<unsigned>(shape.threads_y));
  config.dynamicSmemBytes = static_cast<std::size_t>(shape.shared_bytes);
  config.stream = stream;
  if (const cudaError_t error = cudaLaunchKernelEx(&config, kernel, arguments...); error != cudaSuccess) {
    (void)cudaGetLastError();
    throw LaunchRefused(cudaGetErrorString(error));
  }
}

/// Calls launch_with(a value of the type that `value` names), which launches a kernel. A kernel's end is not waited
/// for.
/// @throws std::runtime_error naming `what` and CUDA's reason where it was not launched
template <typename LaunchWith>
void launch_for_value(const char* what, KernelValue value, const LaunchWith& launch_with) {
  try {
    if (value == KernelValue::kFloat32) launch_with(float{});
    if (value == KernelValue::kBfloat16) launch_with(c10::BFloat16{});
    if (value == KernelValue::kFloat16) launch_with(c10::Half{});
  } catch (const LaunchRefused& reason) {
    throw std::runtime_error(std::string(what) + " was not launched: " + reason.what());
  }
}

}  // namespace scalemark::kernels
