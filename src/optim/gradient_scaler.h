#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace scalemark::optim {

/// Keeps fp16 gradients in range: the loss is multiplied by a scale that is halved whenever a gradient is not finite
/// and doubled after 2000 steps without (Micikevicius et al. 2018), as torch.amp.GradScaler with its defaults. The host
/// never waits for the device.
class GradientScaler {
 public:
  explicit GradientScaler(const at::Device& device);

  at::Tensor scale(const at::Tensor& loss) const { return loss.mul(scale_); }

  /// Divides the gradients by the scale, in place.
  /// @returns a float scalar on the device, 1 where some gradient is not finite: the step has to be left out.
  at::Tensor unscale(std::vector<at::Tensor> gradients);

  /// After the step: adapts the scale to what unscale() found.
  void update();

  /// For snapshots, as Optimizer::state().
  std::vector<at::Tensor> state() { return {scale_, growth_tracker_}; }

 private:
  at::Tensor scale_;
  at::Tensor growth_tracker_;  // steps since a gradient was not finite, or since the scale grew
  at::Tensor non_finite_;
};

}  // namespace scalemark::optim
