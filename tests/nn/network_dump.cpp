// nn_network_dump MODEL IMAGE_SIZE CLASSES SEED OUT [gradients] [zero_init]: a fresh network, for
// torchvision_networks.py to compare with. Writes its state by name, parameters first, then random images and the
// logits that it gives for them in training, both in fp64; as asked, samples of the gradients of the sum of the logits'
// squares, and the operations that one image costs. VGG has 16 hidden features in place of 4096, whose weights would be
// of half a gigabyte.

#include <torch/types.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <string>

#include "nn/network.h"
#include "nn/network_work.h"
#include "nn/tensor_file.h"
#include "nn/vgg.h"

namespace {

using scalemark::nn::Network;

std::shared_ptr<Network> make(const std::string& model, int image_size, int classes, bool zero_init) {
  constexpr std::int64_t kHidden = 16;
  const auto vgg = [&](bool batch_norm) {
    return std::make_shared<scalemark::nn::Vgg>(
        scalemark::nn::VggOptions{.hidden = kHidden, .classes = classes, .norm = {.batch_norm = batch_norm}});
  };
  if (model.starts_with("vgg16")) return vgg(model == "vgg16_bn");
  return scalemark::nn::make_network(model,
                                     {.image_size = image_size, .classes = classes, .zero_init_residual = zero_init});
}

// Copies: a forward in training moves the statistics of batch norm, which what is written here must not follow.
scalemark::NamedTensors state_of(const Network& network) {
  scalemark::NamedTensors state;
  for (const auto& parameter : network.named_parameters()) {
    state.insert(parameter.key(), parameter.value().detach().clone());
  }
  for (const auto& buffer : network.named_buffers()) {
    state.insert(buffer.key(), buffer.value().clone());
  }
  return state;
}

// Every n-th value, and the norm of all.
torch::Tensor sample_of(const torch::Tensor& gradient) {
  constexpr std::int64_t kMost = 1000;
  const torch::Tensor values = gradient.flatten();
  const std::int64_t step = std::max(values.numel() / kMost, std::int64_t{1});
  return torch::cat({values.slice(0, 0, values.numel(), step), gradient.norm().view({1})});
}

void insert_gradients(scalemark::NamedTensors& out, const Network& network, const torch::Tensor& logits) {
  logits.square().sum().backward();
  for (const auto& parameter : network.named_parameters()) {
    out.insert("gradient." + parameter.key(), sample_of(parameter.value().grad()));
  }
}

// Dropout draws from this seed.
void insert_pass(scalemark::NamedTensors& out, Network& network, int image_size, std::uint64_t seed, bool gradients) {
  const at::AutoGradMode mode(gradients);
  // In fp64: statistics over the few values of the smallest maps magnify what fp32 rounds.
  convert(network, torch::kCPU, torch::kDouble);
  const torch::Tensor images = torch::randn({2, 3, image_size, image_size}, torch::kDouble);
  torch::manual_seed(seed);
  const torch::Tensor logits = network.forward(images);
  out.insert("images", images);
  out.insert("logits", logits.detach());
  if (!gradients) return;
  insert_gradients(out, network, logits);
  out.insert("flops", torch::tensor(scalemark::nn::work_per_image(network, image_size).forward_flops));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::cerr << "usage: " << argv[0] << " MODEL IMAGE_SIZE CLASSES SEED OUT [gradients] [zero_init]\n";
    return 2;
  }
  const int image_size = std::stoi(argv[2]);
  const std::uint64_t seed = std::stoull(argv[4]);
  torch::manual_seed(seed);
  const std::set<std::string> wishes(argv + 6, argv + argc);
  const auto network = make(argv[1], image_size, std::stoi(argv[3]), wishes.contains("zero_init"));
  scalemark::NamedTensors state = state_of(*network);
  insert_pass(state, *network, image_size, seed, wishes.contains("gradients"));
  scalemark::save_tensors(argv[5], state);
}
