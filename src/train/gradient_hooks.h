#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <functional>
#include <vector>

namespace scalemark::train {

/// Calls `ready(i)` each time backward has finished the gradient of parameter i, on the thread that runs backward.
/// The hooks stay with the parameters; destroying this object makes them silent.
class GradientHooks {
 public:
  GradientHooks(const std::vector<at::Tensor>& parameters, std::function<void(std::size_t)> ready);
  ~GradientHooks();
  GradientHooks(const GradientHooks&) = delete;
  GradientHooks& operator=(const GradientHooks&) = delete;

  /// The function that is called from now on.
  void set(std::function<void(std::size_t)> ready);

 private:
  std::shared_ptr<std::function<void(std::size_t)>> ready_;
};

}  // namespace scalemark::train
