#pragma once

namespace scalemark::kernels {

/// Of what type a kernel's maps are. LibTorch's own name for it comes with headers that a wheel's CUDA may not have.
enum class KernelValue { kFloat32, kBfloat16, kFloat16 };

}  // namespace scalemark::kernels
