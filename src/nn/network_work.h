#pragma once

#include <cstdint>
#include <string>

#include "nn/network.h"

namespace scalemark::nn {

/// What one image costs. Whatever is computed a second time to save memory counts once.
struct NetworkWork {
  /// Floating-point operations of convolutions and linear layers; a multiplication and the addition after it are two.
  /// What lies between them (norms, activations, losses) is left out, as is usual.
  std::int64_t forward_flops = 0;
  /// Forward, and backward by weights and inputs; nobody asks for the gradient of the image.
  std::int64_t training_flops = 0;
  /// Values of maps and their gradients that are read and written, forward and backward, were every convolution, linear
  /// layer, norm and pooling to read each of its operands once and write each result once, with the ReLU and the
  /// addition of the shortcut done on the way. What is as large whatever the batch, weights, is left out.
  std::int64_t training_values = 0;
};

/// Counts by the shapes that one image meets on its way through the network, on the CPU. Draws from the default
/// generator, as make_network() does. @throws as make_network()
NetworkWork work_per_image(const std::string& name, const NetworkOptions& options);

}  // namespace scalemark::nn
