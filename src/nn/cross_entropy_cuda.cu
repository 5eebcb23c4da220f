#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

#include "nn/cross_entropy_cuda.h"
#include "nn/device_block.h"

namespace scalemark::nn {
namespace {

template <typename Value, CrossEntropyStage kStage>
__global__ void cross_entropy_kernel(const CrossEntropyPass pass) {
  DeviceBlock block{static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y)};
  run_stage<Value, kStage>(block, pass);
}

template <typename Value>
void launch(CrossEntropyStage stage, const CrossEntropyPass& pass, cudaStream_t stream) {
  const KernelShape shape = shape_of(pass);
  const dim3 blocks(static_cast<unsigned>(shape.blocks_x), static_cast<unsigned>(shape.blocks_y));
  const dim3 threads(static_cast<unsigned>(shape.threads_x), static_cast<unsigned>(shape.threads_y));
  const auto shared = static_cast<unsigned>(shape.shared_bytes);
  if (stage == CrossEntropyStage::kLosses) {
    cross_entropy_kernel<Value, CrossEntropyStage::kLosses><<<blocks, threads, shared, stream>>>(pass);
  } else {
    cross_entropy_kernel<Value, CrossEntropyStage::kGradient><<<blocks, threads, shared, stream>>>(pass);
  }
}

}  // namespace

void launch_cross_entropy(CrossEntropyStage stage, KernelValue value, const CrossEntropyPass& pass, void* stream) {
  const auto queue = static_cast<cudaStream_t>(stream);
  if (value == KernelValue::kFloat32) launch<float>(stage, pass, queue);
  if (value == KernelValue::kBfloat16) launch<c10::BFloat16>(stage, pass, queue);
  if (value == KernelValue::kFloat16) launch<c10::Half>(stage, pass, queue);
  if (const cudaError_t error = cudaGetLastError(); error != cudaSuccess) {
    throw std::runtime_error(std::string("a kernel of the loss was not launched: ") + cudaGetErrorString(error));
  }
}

}  // namespace scalemark::nn
