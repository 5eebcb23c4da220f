#pragma once

#include <torch/nn/module.h>

#include <compare>
#include <cstdint>
#include <memory>
#include <string>

#include "kernels/norm_ranks.h"

namespace scalemark::nn {

/// An image classifier: float images [batch, 3, height, width] to logits [batch, classes].
class Network : public torch::nn::Module {
 public:
  virtual torch::Tensor forward(const torch::Tensor& images) = 0;
};

struct NetworkOptions {
  int image_size = 32;  ///< pixels per side; ResNets: up to 64 the 3x3 CIFAR stem, above it the 7x7 ImageNet stem
  int classes = 10;
  bool batch_norm = true;
  bool checkpointing =
      false;          ///< backward computes activations again; RevNets, which always do so, have no such choice
  bool fused = true;  ///< batch norm with the addition and the ReLU behind it in kernels of its own
  bool zero_init_residual = false;           ///< ResNets: the last norm of each branch starts at 0 (Goyal et al. 2017)
  kernels::NormRanks* norm_ranks = nullptr;  ///< whose batches count as one for batch norm; outlives the network
  std::string digest{};  ///< of a file: how the SHA-256 of its content must begin; empty: any content will do

  auto operator<=>(const NetworkOptions&) const = default;
};

/// Builds a network by its registered name. Parameters are named as in torchvision where it has the network, and all
/// are initialised as there (convolutions by He et al. 2015, fan-out), from torch's default CPU generator: the same
/// seed gives the same weights, whatever the number of ranks.
///
/// A network of one's own (script_network.h) has the layers and the weights of its file; of the options it heeds the
/// digest.
/// @param name  one of kNetworkNames, or the path of a TorchScript file
/// @throws InputError for another name, a file that holds no network, or an option that the network does not have.
std::shared_ptr<Network> make_network(const std::string& name, const NetworkOptions& options);

/// module.to(device, dtype) as Python has it: whole numbers stay whole. LibTorch's own makes batch norm's count of
/// batches one of floating point.
void convert(torch::nn::Module& module, at::Device device, at::ScalarType dtype);

std::int64_t parameter_count(const Network& network);

/// The convolutions of the network, those on shortcuts included; of one's own those that are a Conv2d.
std::int64_t convolution_layer_count(const Network& network);

}  // namespace scalemark::nn
