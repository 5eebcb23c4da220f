#pragma once

#include "core/host_device.h"

// For files that a GPU's compiler compiles.
namespace scalemark::kernels {

/// The block that the calling thread belongs to. The host never runs it: its compiler reads it too.
struct DeviceBlock {
  int column_group;
  int row_block;

  template <typename Slot>
  SCALEMARK_HOST_DEVICE Slot* shared() {
#if defined(__CUDA_ARCH__)
    extern __shared__ __align__(16) unsigned char memory[];
    return reinterpret_cast<Slot*>(memory);
#else
    return nullptr;
#endif
  }

  template <typename Function>
  SCALEMARK_HOST_DEVICE void each_thread(Function&& function) {
#if defined(__CUDA_ARCH__)
    function(static_cast<int>(threadIdx.x), static_cast<int>(threadIdx.y));
    __syncthreads();
#else
    (void)function;
#endif
  }
};

}  // namespace scalemark::kernels
