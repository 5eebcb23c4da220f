// Compiled without fused multiply-add, which would round otherwise than the host does.
#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

#include "data/loader/place_backend.h"

namespace scalemark::data {
namespace {

constexpr int kThreads = 128;

// A block per image: one thread draws how the image lies, and all of them write it.
template <typename Value, int kAtOnce>
__global__ void __launch_bounds__(kThreads) place_kernel(const PlacedBatch<Value> batch) {
  __shared__ int drawn[3];
  const std::int64_t row = blockIdx.x;
  if (threadIdx.x == 0) {
    const Placement placement = draw_placement(batch.augmentation, batch.seed, batch.epoch, batch.indices[row]);
    drawn[0] = placement.down;
    drawn[1] = placement.right;
    drawn[2] = placement.flipped ? 1 : 0;
  }
  __syncthreads();
  const Placement placement{drawn[0], drawn[1], drawn[2] != 0};
  write_placed<Value, kAtOnce>(batch, row, placement, static_cast<int>(threadIdx.x), kThreads);
}

}  // namespace

template <typename Value>
void place_on_gpu(const PlacedBatch<Value>& batch, void* stream) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(batch.rows));
  config.blockDim = dim3(kThreads);
  config.stream = static_cast<cudaStream_t>(stream);
  auto* kernel = takes_chunks(batch) ? place_kernel<Value, PixelChunk<Value>::kValues> : place_kernel<Value, 1>;
  // Its own answer: CUDA's last error may be another library's.
  if (const cudaError_t error = cudaLaunchKernelEx(&config, kernel, batch); error != cudaSuccess) {
    (void)cudaGetLastError();
    throw std::runtime_error(std::string("the kernel that makes batches was not launched: ") +
                             cudaGetErrorString(error));
  }
}

template void place_on_gpu(const PlacedBatch<double>&, void*);
template void place_on_gpu(const PlacedBatch<float>&, void*);
template void place_on_gpu(const PlacedBatch<Bfloat16>&, void*);
template void place_on_gpu(const PlacedBatch<Float16>&, void*);

}  // namespace scalemark::data
