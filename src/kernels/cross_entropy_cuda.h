#pragma once

#include "kernels/cross_entropy_stages.h"
#include "kernels/kernel_value.h"

namespace scalemark::kernels {

/// Queues a pass on a stream (a cudaStream_t) of the current GPU. @throws std::runtime_error with CUDA's reason
void launch_cross_entropy(CrossEntropyStage stage, KernelValue value, const CrossEntropyPass& pass, void* stream);

}  // namespace scalemark::kernels
