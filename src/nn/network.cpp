#include "nn/network.h"

#include <c10/util/StringUtil.h>
#include <torch/nn/modules/conv.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "core/error.h"
#include "nn/resnet.h"

namespace scalemark::nn {
namespace {

constexpr int kLargestCifarStemImage = 64;  // pixels per side

struct Registered {
  const char* name;
  BlockKind block;
  std::array<std::int64_t, 4> depths;
  bool always_imagenet_stem = false;
};

// By size. resnet19 is a publication's name for the network of resnet18 with the 7x7 stem on every image size.
constexpr std::array kRegistered{
    Registered{"resnet10", BlockKind::kBasic, {1, 1, 1, 1}},
    Registered{"resnet18", BlockKind::kBasic, {2, 2, 2, 2}},
    Registered{"resnet19", BlockKind::kBasic, {2, 2, 2, 2}, true},
    Registered{"resnet34", BlockKind::kBasic, {3, 4, 6, 3}},
    Registered{"resnet50", BlockKind::kBottleneck, {3, 4, 6, 3}},
};

const Registered& find(const std::string& name) {
  const auto found =
      std::find_if(kRegistered.begin(), kRegistered.end(), [&](const Registered& entry) { return entry.name == name; });
  if (found == kRegistered.end()) {
    throw InputError(
        c10::str("model: no network is called '", name, "'; there are: ", c10::Join(", ", network_names())));
  }
  return *found;
}

void check(const std::string& name, const NetworkOptions& options) {
  if (options.image_size < 1 || options.classes < 1) {
    throw InputError(c10::str("model '", name, "': image_size and classes must be at least 1, but are ",
                              options.image_size, " and ", options.classes));
  }
}

}  // namespace

std::shared_ptr<Network> make_network(const std::string& name, const NetworkOptions& options) {
  const Registered& entry = find(name);
  check(name, options);
  const bool imagenet = entry.always_imagenet_stem || options.image_size > kLargestCifarStemImage;
  return std::make_shared<ResNet>(ResNetOptions{entry.block, entry.depths, imagenet ? Stem::kImageNet : Stem::kCifar,
                                                options.classes, options.batch_norm});
}

std::vector<std::string> network_names() {
  std::vector<std::string> names;
  std::transform(kRegistered.begin(), kRegistered.end(), std::back_inserter(names),
                 [](const Registered& entry) { return entry.name; });
  return names;
}

std::int64_t parameter_count(const Network& network) {
  std::int64_t count = 0;
  for (const auto& parameter : network.parameters()) {
    count += parameter.numel();
  }
  return count;
}

std::int64_t convolution_layer_count(const Network& network) {
  constexpr bool kIncludeSelf = false;
  const auto modules = network.modules(kIncludeSelf);
  return std::count_if(modules.begin(), modules.end(),
                       [](const auto& module) { return module->template as<torch::nn::Conv2d>() != nullptr; });
}

}  // namespace scalemark::nn
