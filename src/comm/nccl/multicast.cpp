#include "comm/nccl/multicast.h"

#include <cuda.h>
#include <cudaTypedefs.h>
#include <cuda_runtime_api.h>

namespace scalemark::comm {

// CUDA's runtime has no name for this attribute, and its driver is not linked but asked through the runtime.
bool supports_multicast(const c10::Device& device) {
  constexpr unsigned kSinceCuda = 2000;  // 2.0
  void* found = nullptr;
  cudaDriverEntryPointQueryResult status{};
  if (cudaGetDriverEntryPointByVersion("cuDeviceGetAttribute", &found, kSinceCuda, cudaEnableDefault, &status) !=
          cudaSuccess ||
      status != cudaDriverEntryPointSuccess) {
    (void)cudaGetLastError();
    return false;
  }
  int supported = 0;
  const auto get_attribute = reinterpret_cast<PFN_cuDeviceGetAttribute_v2000>(found);
  return get_attribute(&supported, CU_DEVICE_ATTRIBUTE_MULTICAST_SUPPORTED, device.index()) == CUDA_SUCCESS &&
         supported != 0;
}

}  // namespace scalemark::comm
