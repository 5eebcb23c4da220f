#include "nn/forward_state.h"

#include <ATen/autocast_mode.h>

#include "nn/generator_state.h"

namespace scalemark::nn {

ForwardState::ForwardState(const c10::Device& device)
    : device_(device),
      host_generator_state_(generator_state(at::Device(at::kCPU))),
      autocast_(at::autocast::is_autocast_enabled(device.type())),
      autocast_dtype_(at::autocast::get_autocast_dtype(device.type())),
      autocast_cache_(at::autocast::is_autocast_cache_enabled()) {
  if (device_.is_cuda()) device_generator_state_ = generator_state(device_);
}

void ForwardState::restore() const {
  set_generator_state(at::Device(at::kCPU), host_generator_state_);
  if (device_.is_cuda()) set_generator_state(device_, device_generator_state_);
  at::autocast::set_autocast_enabled(device_.type(), autocast_);
  at::autocast::set_autocast_dtype(device_.type(), autocast_dtype_);
  at::autocast::set_autocast_cache_enabled(autocast_cache_);
}

ForwardState::Replay::Replay(const ForwardState& state) : before_(std::make_unique<ForwardState>(state.device_)) {
  state.restore();
  // The weights that the first pass cast lie in the cache without their history: gradients would end there.
  at::autocast::set_autocast_cache_enabled(false);
}

ForwardState::Replay::~Replay() { before_->restore(); }

}  // namespace scalemark::nn
