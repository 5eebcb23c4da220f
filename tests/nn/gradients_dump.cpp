// nn_gradients_dump OUT: one step of ResNet-18 in fp64 on a random batch, for resnet18_reference.py to compare with.
// Writes images, labels, loss, state.<name> before the step and gradient.<name>, and the same loss and gradients as the
// mean over the two halves of the batch: what two ranks must end up with.

#include <torch/nn/functional/loss.h>
#include <torch/types.h>

#include <iostream>
#include <string>

#include "nn/network.h"
#include "nn/tensor_file.h"

namespace {

using scalemark::NamedTensors;
using scalemark::nn::Network;

constexpr int kBatch = 8;
constexpr int kClasses = 10;

/// Runs forward and backward and leaves the batch's gradients, and nothing of an earlier call, in the parameters.
torch::Tensor backward(Network& network, const torch::Tensor& images, const torch::Tensor& labels) {
  network.zero_grad();
  const torch::Tensor loss = torch::nn::functional::cross_entropy(network.forward(images), labels);
  loss.backward();
  return loss.detach();
}

void insert_gradients(NamedTensors& out, const std::string& prefix, const Network& network, double scale) {
  for (const auto& parameter : network.named_parameters()) {
    const std::string key = prefix + parameter.key();
    const torch::Tensor share = parameter.value().grad() * scale;
    out.insert_or_assign(key, out.contains(key) ? out.at(key) + share : share);
  }
}

void insert_state(NamedTensors& out, const Network& network) {
  for (const auto& parameter : network.named_parameters()) {
    out.insert("state." + parameter.key(), parameter.value().detach());
  }
  for (const auto& buffer : network.named_buffers()) {
    out.insert("state." + buffer.key(), buffer.value().clone());
  }
}

void insert_halves(NamedTensors& out, Network& network, const torch::Tensor& images, const torch::Tensor& labels) {
  const auto image_halves = images.chunk(2);
  const auto label_halves = labels.chunk(2);
  torch::Tensor loss = torch::zeros({}, torch::kDouble);
  for (std::size_t half = 0; half < 2; ++half) {
    loss += backward(network, image_halves[half], label_halves[half]) / 2;
    insert_gradients(out, "halves_gradient.", network, 0.5);
  }
  out.insert("halves_loss", loss);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " OUT\n";
    return 2;
  }
  torch::manual_seed(20160627);
  const auto network = scalemark::nn::make_network("resnet18", {.image_size = 32, .classes = kClasses});
  convert(*network, torch::kCPU, torch::kDouble);
  network->train();
  const torch::Tensor images = torch::randn({kBatch, 3, 32, 32}, torch::kDouble);
  const torch::Tensor labels = torch::randint(kClasses, {kBatch}, torch::kLong);

  NamedTensors out;
  out.insert("images", images);
  out.insert("labels", labels);
  insert_state(out, *network);
  out.insert("loss", backward(*network, images, labels));
  insert_gradients(out, "gradient.", *network, 1.0);
  insert_halves(out, *network, images, labels);
  scalemark::save_tensors(argv[1], out);
}
