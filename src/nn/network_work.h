#pragma once

#include <cstdint>
#include <string>

#include "nn/network.h"

namespace scalemark::nn {

/// Floating-point operations of a network's convolutions and linear layers for one image; a multiplication and the
/// addition after it are two. What lies between them (norms, activations, losses) is left out, as is usual.
struct NetworkWork {
  std::int64_t forward_flops = 0;
  /// Forward, and backward by weights and inputs; nobody asks for the gradient of the image. Whatever is computed a
  /// second time to save memory counts once.
  std::int64_t training_flops = 0;
};

/// Counts by the shapes that one image meets on its way through the network, on the CPU. Draws from the default
/// generator, as make_network() does. @throws as make_network()
NetworkWork work_per_image(const std::string& name, const NetworkOptions& options);

}  // namespace scalemark::nn
