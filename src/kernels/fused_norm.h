#pragma once

#include "kernels/norm_kernels.h"
#include "kernels/norm_ranks.h"

namespace scalemark::kernels {

/// A map for two readers, in one memory. Their gradients come to it apart, so that backward need not write and read
/// again the sum of the two.
struct Fork {
  at::Tensor first, second;
};

/// Whose values a norm in training takes its moments of, and what computes it.
struct NormScope {
  NormRanks* ranks = nullptr;            ///< whose batches count as one, beyond backward; nullptr: this batch alone
  const NormKernels* kernels = nullptr;  ///< which cover the input; nullptr: the device's
};

/// Whether fused_norm takes this input: the device has kernels, they cover it, and a channel has more than one value.
bool fused_norm_covers(const NormInput& input);

/// Batch norm in training with its tail, as one node of autograd. Beside its output, which the next layer keeps anyway,
/// it keeps x and the moments for backward. Backward writes the gradients of x and residual alone, no masked map
/// between the two.
at::Tensor fused_norm(const NormInput& input, double epsilon, const RunningStatistics& running,
                      const NormScope& scope = {});

/// The same with the tail kAddRelu, for two readers.
Fork forked_norm(const NormInput& input, double epsilon, const RunningStatistics& running, const NormScope& scope = {});

/// Whether pooled_norm takes this input.
bool pooled_norm_covers(const NormInput& input);

/// The ImageNet stem's max-pooling of relu(norm(x)) in training, as one node of autograd. It keeps x, which is the only
/// map of full size, and a byte per pooled value: not the map that is pooled, nor eight bytes of index.
at::Tensor pooled_norm(const NormInput& input, double epsilon, const RunningStatistics& running,
                       NormRanks* ranks = nullptr);

}  // namespace scalemark::kernels
