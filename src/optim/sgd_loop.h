#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace scalemark::optim {

struct SgdFactors {
  double learning_rate = 0;
  double momentum = 0;
  double weight_decay = 0;
  bool nesterov = false;
};

/// One update of a float or double parameter on a CPU, in one pass over memory, by LibTorch's threads where it is
/// large. LibTorch's own kernel and its lists of operators take twice as long.
/// @param gradient         of the parameter's strides
/// @param momentum_buffer  the same; undefined where momentum is 0
void sgd_step_on_cpu(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& momentum_buffer,
                     const SgdFactors& factors);

}  // namespace scalemark::optim
