#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "optim/rate.h"

namespace scalemark::optim {

/// The parameters of an optimizer, and what the fused kernels ask of the tensors beside them.
class ParameterList {
 public:
  explicit ParameterList(std::vector<at::Tensor> parameters);

  const std::vector<at::Tensor>& parameters() const { return parameters_; }

  /// The gradients, each with its parameter's strides: the fused kernels walk raw memory and never look at strides, so
  /// that a gradient in another layout (NCHW beside channels_last) would silently update the wrong weights.
  /// @throws std::logic_error where a parameter has none.
  std::vector<at::Tensor> gradients() const;

  /// parameter -= rate * direction, by lists. `directions` are the caller's to lose.
  void descend(const Rate& rate, std::vector<at::Tensor> directions) const;

  /// A tensor of zeros beside every parameter, with its type, device and strides.
  std::vector<at::Tensor> zeros() const;

 private:
  std::vector<at::Tensor> parameters_;
};

}  // namespace scalemark::optim
