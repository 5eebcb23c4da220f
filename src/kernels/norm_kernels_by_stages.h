#pragma once

#include "kernels/norm_kernels.h"
#include "kernels/norm_launcher.h"

namespace scalemark::kernels {

/// Batch norm by the stages of norm_stages.h, over maps that whole vectors of 16 bytes fill: channels_last ones by
/// their channels and, in fp32, planes (NCHW) by their pixels.
class NormKernelsByStages final : public NormKernels {
 public:
  /// @param launcher  outlives it.
  explicit NormKernelsByStages(const NormLauncher& launcher) : launcher_(launcher) {}

  bool cover(const NormInput& input) const override;
  NormMoments moments(const NormInput& input, double epsilon, const RunningStatistics& running) const override;
  at::Tensor evaluate(const NormInput& input, const NormMoments& moments) const override;
  NormGradients backward(const NormSaved& saved, const at::Tensor& gradient, const at::Tensor& other) const override;
  bool adds_gradients() const override { return true; }
  bool cover_pool(const NormInput& input) const override;
  PooledNorm pool(const NormInput& input, const NormMoments& moments) const override;
  at::Tensor unpool(const at::Tensor& x, const at::Tensor& place, const at::Tensor& gradient) const override;

 private:
  const NormLauncher& launcher_;
};

}  // namespace scalemark::kernels
