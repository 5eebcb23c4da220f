#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

#include "nn/device_block.h"
#include "nn/norm_stages_cuda.h"

namespace scalemark::nn {
namespace {

template <typename Value, NormStage kStage, NormTail kTail>
__global__ void norm_kernel(const NormPass pass, const NormGrid grid) {
  DeviceBlock block{static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y)};
  run_stage<Value, kStage, kTail>(block, pass, grid);
}

template <typename Value, NormStage kStage, NormTail kTail>
void launch(const NormPass& pass, const NormGrid& grid, cudaStream_t stream) {
  const KernelShape shape = shape_of(kStage, grid);
  const dim3 blocks(static_cast<unsigned>(shape.blocks_x), static_cast<unsigned>(shape.blocks_y));
  const dim3 threads(static_cast<unsigned>(shape.threads_x), static_cast<unsigned>(shape.threads_y));
  norm_kernel<Value, kStage, kTail><<<blocks, threads, static_cast<unsigned>(shape.shared_bytes), stream>>>(pass, grid);
}

template <typename Value, NormStage kStage>
void launch_with_tail(NormTail tail, const NormPass& pass, const NormGrid& grid, cudaStream_t stream) {
  switch (tail) {
    case NormTail::kNothing:
      return launch<Value, kStage, NormTail::kNothing>(pass, grid, stream);
    case NormTail::kRelu:
      return launch<Value, kStage, NormTail::kRelu>(pass, grid, stream);
    case NormTail::kAddRelu:
      return launch<Value, kStage, NormTail::kAddRelu>(pass, grid, stream);
  }
}

template <typename Value>
void launch_stage(NormStage stage, NormTail tail, const NormPass& pass, const NormGrid& grid, cudaStream_t stream) {
  switch (stage) {
    case NormStage::kMoments:
      return launch<Value, NormStage::kMoments, NormTail::kNothing>(pass, grid, stream);
    case NormStage::kFinishMoments:
      return launch<Value, NormStage::kFinishMoments, NormTail::kNothing>(pass, grid, stream);
    case NormStage::kNormalize:
      return launch_with_tail<Value, NormStage::kNormalize>(tail, pass, grid, stream);
    case NormStage::kGradientSums:
      return launch_with_tail<Value, NormStage::kGradientSums>(tail, pass, grid, stream);
    case NormStage::kFinishGradients:
      return launch<Value, NormStage::kFinishGradients, NormTail::kNothing>(pass, grid, stream);
    case NormStage::kInputGradient:
      return launch_with_tail<Value, NormStage::kInputGradient>(tail, pass, grid, stream);
    case NormStage::kPool:
      return launch<Value, NormStage::kPool, NormTail::kRelu>(pass, grid, stream);
    case NormStage::kUnpool:
      return launch<Value, NormStage::kUnpool, NormTail::kRelu>(pass, grid, stream);
  }
}

}  // namespace

void launch_norm_stage(NormStage stage, KernelValue value, NormTail tail, const NormPass& pass, const NormGrid& grid,
                       void* stream) {
  const auto queue = static_cast<cudaStream_t>(stream);
  if (value == KernelValue::kFloat32) launch_stage<float>(stage, tail, pass, grid, queue);
  if (value == KernelValue::kBfloat16) launch_stage<c10::BFloat16>(stage, tail, pass, grid, queue);
  if (value == KernelValue::kFloat16) launch_stage<c10::Half>(stage, tail, pass, grid, queue);
  if (const cudaError_t error = cudaGetLastError(); error != cudaSuccess) {
    throw std::runtime_error(std::string("a kernel of batch norm was not launched: ") + cudaGetErrorString(error));
  }
}

}  // namespace scalemark::nn
