#pragma once

#include <ATen/core/Tensor.h>

#include <variant>

namespace scalemark::optim {

/// The learning rate of one update: a number, or a float scalar on the parameters' device that is read when the device
/// comes to the update. A graph that was captured with the second follows a schedule when it is replayed.
using Rate = std::variant<double, at::Tensor>;

}  // namespace scalemark::optim
