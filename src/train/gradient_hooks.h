#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <functional>
#include <vector>

namespace scalemark::train {

/// Tells when backward has finished the gradient of parameter i, on the thread that runs backward. The hooks stay with
/// the parameters; destroying this object makes them silent.
class GradientHooks {
 public:
  explicit GradientHooks(const std::vector<at::Tensor>& parameters);
  ~GradientHooks();
  GradientHooks(const GradientHooks&) = delete;
  GradientHooks& operator=(const GradientHooks&) = delete;

  /// Runs `backward` and calls `ready(i)` in it; nothing is called at other times.
  void call_during(const std::function<void()>& backward, std::function<void(std::size_t)> ready);

 private:
  std::shared_ptr<std::function<void(std::size_t)>> ready_;
};

}  // namespace scalemark::train
