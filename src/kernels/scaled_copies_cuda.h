#pragma once

#include "kernels/kernel_value.h"
#include "kernels/scaled_copies_stages.h"

namespace scalemark::kernels {

/// Queues a list of copies on a stream (a cudaStream_t) of the current GPU. @throws std::runtime_error with CUDA's
/// reason
void launch_scaled_copies(KernelValue from, KernelValue to, const ScaledCopiesPass& pass, void* stream);

}  // namespace scalemark::kernels
