#include "nn/network.h"

#include <c10/util/StringUtil.h>
#include <torch/nn/modules/conv.h>

#include <algorithm>
#include <array>
#include <functional>

#include "core/error.h"
#include "core/registered_names.h"
#include "nn/mobilenet.h"
#include "nn/resnet.h"
#include "nn/revnet.h"
#include "nn/script_network.h"
#include "nn/vgg.h"

namespace scalemark::nn {
namespace {

constexpr int kLargestCifarStemImage = 64;  // pixels per side

using Depths = std::array<std::int64_t, 4>;

struct Registered {
  std::string name;
  std::function<std::shared_ptr<Network>(const NetworkOptions&)> make;
  bool checkpoints = true;  ///< knows checkpointing
  int smallest_image = 1;   ///< pixels per side
};

NormOptions norm_options(const NetworkOptions& options) {
  return {.batch_norm = options.batch_norm, .fused = options.fused, .ranks = options.norm_ranks};
}

std::shared_ptr<Network> make_resnet(ResNetOptions shape, const NetworkOptions& options) {
  shape.classes = options.classes;
  shape.norm = norm_options(options);
  shape.checkpointing = options.checkpointing;
  shape.zero_init_residual = options.zero_init_residual;
  return std::make_shared<ResNet>(shape);
}

Stem stem_for(int image_size) { return image_size > kLargestCifarStemImage ? Stem::kImageNet : Stem::kCifar; }

Registered resnet(const std::string& name, BlockKind block, const Depths& depths) {
  return {name, [block, depths](const NetworkOptions& options) {
            ResNetOptions shape{.block = block, .depths = depths};
            shape.stem = stem_for(options.image_size);
            return make_resnet(shape, options);
          }};
}

// A publication's name for the network of resnet18 with the 7x7 stem on every image size.
Registered resnet19() {
  return {"resnet19", [](const NetworkOptions& options) {
            return make_resnet({.block = BlockKind::kBasic, .depths = {2, 2, 2, 2}, .stem = Stem::kImageNet}, options);
          }};
}

// The narrow networks that a publication compares its RevNets with: 3x3 stem on every image size.
Registered adjusted_resnet(const std::string& name, BlockKind block, const Depths& depths) {
  return {name, [block, depths](const NetworkOptions& options) {
            return make_resnet({.block = block, .depths = depths, .stem_channels = 32, .widths = {32, 32, 64, 128}},
                               options);
          }};
}

Registered revnet(std::int64_t units) {
  return {c10::str("revnet-", units, "-", units, "-", units),
          [units](const NetworkOptions& options) {
            return std::make_shared<RevNet>(RevNetOptions{
                .units = {units, units, units}, .classes = options.classes, .norm = norm_options(options)});
          },
          /*checkpoints=*/false};
}

Registered wide_resnet50_2() {
  return {"wide_resnet50_2", [](const NetworkOptions& options) {
            ResNetOptions shape{.block = BlockKind::kWideBottleneck, .depths = {3, 4, 6, 3}};
            shape.widths = {128, 256, 512, 1024};
            shape.stem = stem_for(options.image_size);
            return make_resnet(shape, options);
          }};
}

Registered vgg16(const std::string& name, bool batch_norm) {
  return {name,
          [batch_norm](const NetworkOptions& options) {
            NormOptions norm = norm_options(options);
            norm.batch_norm &= batch_norm;
            return std::make_shared<Vgg>(
                VggOptions{.classes = options.classes, .norm = norm, .checkpointing = options.checkpointing});
          },
          /*checkpoints=*/true, Vgg::kSmallestImage};
}

Registered mobilenet_v2() {
  return {"mobilenet_v2", [](const NetworkOptions& options) {
            return std::make_shared<MobileNetV2>(options.classes, norm_options(options), options.checkpointing);
          }};
}

const auto& registered_networks() {
  static const std::array<Registered, kNetworkNames.size()> networks{
      resnet("resnet10", BlockKind::kBasic, {1, 1, 1, 1}),
      resnet("resnet18", BlockKind::kBasic, {2, 2, 2, 2}),
      resnet19(),
      resnet("resnet34", BlockKind::kBasic, {3, 4, 6, 3}),
      resnet("resnet50", BlockKind::kBottleneck, {3, 4, 6, 3}),
      resnet("resnet101", BlockKind::kBottleneck, {3, 4, 23, 3}),
      resnet("resnet152", BlockKind::kBottleneck, {3, 8, 36, 3}),
      wide_resnet50_2(),
      adjusted_resnet("resnet18-adjusted", BlockKind::kBasic, {2, 2, 2, 2}),
      adjusted_resnet("resnet34-adjusted", BlockKind::kBasic, {3, 4, 6, 3}),
      adjusted_resnet("resnet50-adjusted", BlockKind::kBottleneck, {3, 4, 6, 3}),
      revnet(3),
      revnet(5),
      revnet(9),
      revnet(18),
      vgg16("vgg16", /*batch_norm=*/false),
      vgg16("vgg16_bn", /*batch_norm=*/true),
      mobilenet_v2(),
  };
  return networks;
}

const Registered& find(const std::string& name) {
  const auto& networks = registered_networks();
  const auto found =
      std::find_if(networks.begin(), networks.end(), [&](const Registered& entry) { return entry.name == name; });
  if (found == networks.end()) {
    throw InputError(c10::str("model: no network is called '", name, "'; there are: ", c10::Join(", ", kNetworkNames)));
  }
  return *found;
}

bool has_residual_norms(const std::string& name, const NetworkOptions& options) {
  return options.batch_norm && (name.starts_with("resnet") || name.starts_with("wide_resnet"));
}

void check(const Registered& entry, const NetworkOptions& options) {
  if (options.image_size < 1 || options.classes < 1) {
    throw InputError(c10::str("model '", entry.name, "': image_size and classes must be at least 1, but are ",
                              options.image_size, " and ", options.classes));
  }
  if (options.image_size < entry.smallest_image) {
    throw InputError(c10::str("model '", entry.name, "': takes images of at least ", entry.smallest_image,
                              " pixels per side, but dataset.image_size is ", options.image_size));
  }
  if (options.zero_init_residual && !has_residual_norms(entry.name, options)) {
    throw InputError(c10::str("model '", entry.name,
                              "': has no residual branch that ends in a norm; train.zero_init_residual must be false"));
  }
  if (options.checkpointing && !entry.checkpoints) {
    throw InputError(c10::str("model '", entry.name,
                              "': computes its activations again by itself; train.checkpointing must be false"));
  }
}

}  // namespace

std::shared_ptr<Network> make_network(const std::string& name, const NetworkOptions& options) {
  if (is_network_file(name)) return load_script_network(name, options);
  const Registered& entry = find(name);
  check(entry, options);
  return entry.make(options);
}

void convert(torch::nn::Module& module, at::Device device, at::ScalarType dtype) {
  module.to(device);
  const torch::NoGradGuard no_grad;
  for (auto& parameter : module.parameters()) parameter.set_data(parameter.to(dtype));
  for (auto& buffer : module.buffers()) {
    if (buffer.is_floating_point()) buffer.set_data(buffer.to(dtype));
  }
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
  return std::count_if(modules.begin(), modules.end(), [](const auto& module) {
    return module->template as<torch::nn::Conv2d>() != nullptr || module->name() == kScriptConvolution;
  });
}

}  // namespace scalemark::nn
