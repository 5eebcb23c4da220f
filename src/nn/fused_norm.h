#pragma once

#include "nn/norm_kernels.h"

namespace scalemark::nn {

/// Whether fused_norm takes this input: the device has kernels, they cover it, and a channel has more than one value.
bool fused_norm_covers(const NormInput& input);

/// Batch norm in training with its tail, as one node of autograd. Beside its output, which the next layer keeps anyway,
/// it keeps x and the moments for backward. Backward writes the gradients of x and residual alone, no masked map
/// between the two.
at::Tensor fused_norm(const NormInput& input, double epsilon, const RunningStatistics& running);

}  // namespace scalemark::nn
