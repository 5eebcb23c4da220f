#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <memory>

#include "nn/norm.h"

namespace scalemark::nn {

/// What a forward pass depends on beside its input and its parameters: the random numbers and autocast. Taken right
/// before a forward pass that backward is going to repeat.
class ForwardState {
 public:
  explicit ForwardState(const c10::Device& device);

  /// While it lives, a forward pass on this thread is the repetition of the one that the state was taken for: it draws
  /// the same random numbers, computes in the same precision and leaves batch norm's running statistics as they are.
  class Replay {
   public:
    explicit Replay(const ForwardState& state);
    ~Replay();
    Replay(const Replay&) = delete;
    Replay& operator=(const Replay&) = delete;

   private:
    std::unique_ptr<const ForwardState> before_;  // what the code around it goes on with
    FrozenStatistics frozen_;
  };

 private:
  void restore() const;

  c10::Device device_;
  at::Tensor host_generator_state_;
  at::Tensor device_generator_state_;
  bool autocast_;
  at::ScalarType autocast_dtype_;
  bool autocast_cache_;
};

}  // namespace scalemark::nn
