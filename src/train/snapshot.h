#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <vector>

namespace scalemark::train {

/// A copy of training state that every arm and repetition starts from. Kept in plain host memory, so that the peak
/// memory of training is not raised by it.
class Snapshot {
 public:
  /// @param tensors  parameters, buffers and optimizer state, and with them the device whose generator is copied.
  Snapshot(std::vector<at::Tensor> tensors, const at::Device& device);

  /// Writes the copied values back into the same tensors, and into the random number generators.
  void restore() const;

 private:
  struct Copy {
    at::Tensor tensor;
    std::vector<std::byte> bytes;
  };

  at::Device device_;
  std::vector<Copy> copies_;
  at::Tensor host_generator_state_;
  at::Tensor device_generator_state_;
};

}  // namespace scalemark::train
