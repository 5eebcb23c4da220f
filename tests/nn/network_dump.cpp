// nn_network_dump MODEL IMAGE_SIZE CLASSES SEED OUT: a fresh network, for torchvision_networks.py to compare with.
// Writes its state by name, parameters first, then random images and the logits that it gives for them in training,
// both in fp64.

#include <torch/types.h>

#include <iostream>
#include <string>

#include "nn/network.h"
#include "nn/tensor_file.h"

namespace {

// Copies: a forward in training moves the statistics of batch norm, which what is written here must not follow.
scalemark::NamedTensors state_of(const scalemark::nn::Network& network) {
  scalemark::NamedTensors state;
  for (const auto& parameter : network.named_parameters()) {
    state.insert(parameter.key(), parameter.value().detach().clone());
  }
  for (const auto& buffer : network.named_buffers()) {
    state.insert(buffer.key(), buffer.value().clone());
  }
  return state;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: " << argv[0] << " MODEL IMAGE_SIZE CLASSES SEED OUT\n";
    return 2;
  }
  torch::manual_seed(std::stoull(argv[4]));
  const auto network =
      scalemark::nn::make_network(argv[1], {.image_size = std::stoi(argv[2]), .classes = std::stoi(argv[3])});
  scalemark::NamedTensors state = state_of(*network);
  const torch::NoGradGuard no_grad;
  // In fp64: statistics over the few values of the smallest maps magnify what fp32 rounds.
  convert(*network, torch::kCPU, torch::kDouble);
  const torch::Tensor images = torch::randn({2, 3, std::stoi(argv[2]), std::stoi(argv[2])}, torch::kDouble);
  state.insert("images", images);
  state.insert("logits", network->forward(images));
  scalemark::save_tensors(argv[5], state);
}
