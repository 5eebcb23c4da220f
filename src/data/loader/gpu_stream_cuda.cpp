#include <c10/cuda/CUDAStream.h>

#include "data/loader/place_backend.h"

namespace scalemark::data {

void* current_gpu_stream(int device) {
  return c10::cuda::getCurrentCUDAStream(static_cast<c10::DeviceIndex>(device)).stream();
}

}  // namespace scalemark::data
