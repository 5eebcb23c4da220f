#pragma once

#include <cstdint>
#include <string>

#include "nn/network.h"

namespace scalemark::nn {

/// What one image costs. Whatever is computed a second time to save memory counts once.
struct NetworkWork {
  /// Floating-point operations of convolutions and products of matrices; a multiplication and the addition after it are
  /// two. What lies between them (norms, activations, losses) is left out, as is usual.
  std::int64_t forward_flops = 0;
  /// Forward, and backward by weights and inputs; nobody asks for the gradient of the image.
  std::int64_t training_flops = 0;
  /// Values of maps and their gradients that are read and written, forward and backward, were every convolution, linear
  /// layer, norm and pooling to read each of its operands once and write each result once, with the ReLU and the
  /// addition of the shortcut done on the way. What is as large whatever the batch, weights, is left out.
  std::int64_t training_values = 0;
};

/// Counts what the network calls for one image, in evaluation mode, by the shapes that the operators get. Norms by own
/// kernels are no operators: their values are missing where the network's norms are fused.
/// @param network  on the CPU. @throws c10::Error where one of its weight matrices meets no operator that is counted.
NetworkWork work_per_image(Network& network, int image_size);

/// The same of a network by its name, which it builds. Draws from the default generator, as make_network() does.
/// @throws as make_network()
NetworkWork work_per_image(const std::string& name, const NetworkOptions& options);

}  // namespace scalemark::nn
