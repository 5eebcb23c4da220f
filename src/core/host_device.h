#pragma once

/// Marks a function that a GPU's kernels call as well as the host, where the compiler is one for GPUs.
#if defined(__CUDACC__)
#define SCALEMARK_HOST_DEVICE __host__ __device__
#else
#define SCALEMARK_HOST_DEVICE
#endif

/// Before a loop of so few turns that a GPU is to keep what they compute in registers.
#if defined(__CUDA_ARCH__)
#define SCALEMARK_UNROLL _Pragma("unroll")
#else
#define SCALEMARK_UNROLL
#endif
