#include "kernels/cross_entropy_cuda.h"
#include "kernels/device_block.h"
#include "kernels/device_launch.h"

namespace scalemark::kernels {
namespace {

template <typename Value, CrossEntropyStage kStage>
__global__ void cross_entropy_kernel(const CrossEntropyPass pass) {
  DeviceBlock block{static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y)};
  run_stage<Value, kStage>(block, pass);
}

template <typename Value>
void launch_stage(CrossEntropyStage stage, const CrossEntropyPass& pass, cudaStream_t stream) {
  if (stage == CrossEntropyStage::kLosses) {
    launch(cross_entropy_kernel<Value, CrossEntropyStage::kLosses>, shape_of(pass), stream, pass);
  } else {
    launch(cross_entropy_kernel<Value, CrossEntropyStage::kGradient>, shape_of(pass), stream, pass);
  }
}

}  // namespace

void launch_cross_entropy(CrossEntropyStage stage, KernelValue value, const CrossEntropyPass& pass, void* stream) {
  launch_for_value("a kernel of the loss", value, [&](auto of_type) {
    launch_stage<decltype(of_type)>(stage, pass, static_cast<cudaStream_t>(stream));
  });
}

}  // namespace scalemark::kernels
