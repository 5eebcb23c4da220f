#pragma once

#include <ATen/core/Tensor.h>

namespace scalemark::nn {

/// The state of the default generator of random numbers of a device.
at::Tensor generator_state(const at::Device& device);
void set_generator_state(const at::Device& device, const at::Tensor& state);

}  // namespace scalemark::nn
