#pragma once

#include "kernels/norm_kernels.h"
#include "kernels/norm_ranks.h"

namespace scalemark::kernels {

/// Moments of the ranks' batches together.
struct RankMoments {
  NormMoments moments;  ///< the same bits on all ranks
  at::Tensor count;     ///< [1] fp64: values of a channel on all ranks
};

/// One exchange of each rank's mean, variance and count by channel. They are combined in fp64 (Chan et al. 1983), so
/// that no digit is lost where a mean is large, and batches may differ in size. Updates `running` by the whole batch.
RankMoments moments_over_ranks(const NormKernels& kernels, const NormInput& input, double epsilon,
                               const RunningStatistics& running, NormRanks& ranks);

/// What backward wants to know of all ranks: one exchange of the sums by channel.
/// @param sum, product  of this rank: of the gradient behind the tail, and of its products with the normalised x
/// @param count         of RankMoments
GradientMeans gradient_means_over_ranks(const at::Tensor& sum, const at::Tensor& product, const at::Tensor& count,
                                        NormRanks& ranks);

}  // namespace scalemark::kernels
