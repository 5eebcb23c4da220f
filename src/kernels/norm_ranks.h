#pragma once

#include <ATen/core/Tensor.h>

namespace scalemark::kernels {

/// The ranks whose batches count as one for batch norm. `train` hands it in, so that no layer knows of communication.
/// All ranks make the same calls, on tensors of the same sizes, in the same order.
class NormRanks {
 public:
  virtual ~NormRanks() = default;

  /// What each rank has: [rank, value] of `mine`, which is [value], dense and fp64.
  virtual at::Tensor gather(const at::Tensor& mine) = 0;

  /// `mine`, which is dense and fp64, becomes the sum over the ranks.
  virtual void sum(const at::Tensor& mine) = 0;
};

}  // namespace scalemark::kernels
