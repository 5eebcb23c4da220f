#include <type_traits>

#include "kernels/device_block.h"
#include "kernels/device_launch.h"
#include "kernels/norm_stages_cuda.h"

namespace scalemark::kernels {
namespace {

template <typename Value, NormStage kStage, NormTail kTail>
__global__ void norm_kernel(const NormPass pass, const NormGrid grid) {
  DeviceBlock block{static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y)};
  run_stage<Value, kStage, kTail>(block, pass, grid);
}

template <NormStage kStage, NormTail kTail>
__global__ void plane_norm_kernel(const NormPass pass, const PlaneGrid grid) {
  DeviceBlock block{static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y)};
  run_stage<float, kStage, kTail>(block, pass, grid);
}

// Planes are fp32's: the other precisions lay their maps out channels_last, as tensor cores want them.
template <typename Value, NormStage kStage, NormTail kTail>
void launch_norm(const NormPass& pass, const NormGrid& grid, cudaStream_t stream) {
  if constexpr (std::is_same_v<Value, float> && differs_in_planes(kStage)) {
    if (grid.plane_rows > 0) {
      return launch(plane_norm_kernel<kStage, kTail>, shape_of(kStage, grid), stream, pass, PlaneGrid{grid});
    }
  }
  launch(norm_kernel<Value, kStage, kTail>, shape_of(kStage, grid), stream, pass, grid);
}

template <typename Value, NormStage kStage>
void launch_with_tail(NormTail tail, const NormPass& pass, const NormGrid& grid, cudaStream_t stream) {
  switch (tail) {
    case NormTail::kNothing:
      return launch_norm<Value, kStage, NormTail::kNothing>(pass, grid, stream);
    case NormTail::kRelu:
      return launch_norm<Value, kStage, NormTail::kRelu>(pass, grid, stream);
    case NormTail::kAddRelu:
      return launch_norm<Value, kStage, NormTail::kAddRelu>(pass, grid, stream);
  }
}

template <typename Value>
void launch_stage(NormStage stage, NormTail tail, const NormPass& pass, const NormGrid& grid, cudaStream_t stream) {
  switch (stage) {
    case NormStage::kMoments:
      return launch_norm<Value, NormStage::kMoments, NormTail::kNothing>(pass, grid, stream);
    case NormStage::kFinishMoments:
      return launch_norm<Value, NormStage::kFinishMoments, NormTail::kNothing>(pass, grid, stream);
    case NormStage::kNormalize:
      return launch_with_tail<Value, NormStage::kNormalize>(tail, pass, grid, stream);
    case NormStage::kGradientSums:
      return launch_with_tail<Value, NormStage::kGradientSums>(tail, pass, grid, stream);
    case NormStage::kFinishGradients:
      return launch_norm<Value, NormStage::kFinishGradients, NormTail::kNothing>(pass, grid, stream);
    case NormStage::kInputGradient:
      return launch_with_tail<Value, NormStage::kInputGradient>(tail, pass, grid, stream);
    case NormStage::kPool:
      return launch_norm<Value, NormStage::kPool, NormTail::kRelu>(pass, grid, stream);
    case NormStage::kUnpool:
      return launch_norm<Value, NormStage::kUnpool, NormTail::kRelu>(pass, grid, stream);
  }
}

}  // namespace

void launch_norm_stage(NormStage stage, KernelValue value, NormTail tail, const NormPass& pass, const NormGrid& grid,
                       void* stream) {
  launch_for_value("a kernel of batch norm", value, [&](auto of_type) {
    launch_stage<decltype(of_type)>(stage, tail, pass, grid, static_cast<cudaStream_t>(stream));
  });
}

}  // namespace scalemark::kernels
