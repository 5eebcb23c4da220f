#pragma once

#include "kernels/kernel_value.h"
#include "kernels/norm_stages.h"

namespace scalemark::kernels {

/// Queues a stage on a stream (a cudaStream_t) of the current GPU. @throws std::runtime_error with CUDA's reason
void launch_norm_stage(NormStage stage, KernelValue value, NormTail tail, const NormPass& pass, const NormGrid& grid,
                       void* stream);

}  // namespace scalemark::kernels
