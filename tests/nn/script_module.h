#pragma once

#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "core/error.h"
#include "nn/script_network.h"
#include "temporary_folder.h"

namespace scalemark::nn {

inline constexpr std::int64_t kClasses = 10;
inline constexpr std::int64_t kChannels = 4;
inline constexpr int kPixels = 8;
inline const NetworkOptions kOptions{.image_size = kPixels, .classes = kClasses};

/// The tensors of a convolution, a batch norm and a linear layer.
struct Layers {
  torch::Tensor weight, scale, shift, mean, variance, head, bias;
};

inline Layers random_layers() {
  torch::manual_seed(3);
  return {torch::randn({kChannels, 3, 3, 3}),
          torch::rand({kChannels}) + 0.5,
          torch::randn({kChannels}),
          torch::zeros({kChannels}),
          torch::ones({kChannels}),
          torch::randn({kClasses, kChannels}),
          torch::randn({kClasses})};
}

inline void add_parameter(torch::jit::Module& module, const std::string& name, const torch::Tensor& value) {
  module.register_parameter(name, at::Tensor(value).set_requires_grad(true), /*is_buffer=*/false);
}

inline torch::jit::Module module_of_layers() {
  torch::jit::Module module("Own");
  module.register_attribute("training", c10::BoolType::get(), true);
  const Layers layers = random_layers();
  add_parameter(module, "weight", layers.weight);
  add_parameter(module, "scale", layers.scale);
  add_parameter(module, "shift", layers.shift);
  add_parameter(module, "head", layers.head);
  add_parameter(module, "bias", layers.bias);
  module.register_buffer("mean", layers.mean);
  module.register_buffer("variance", layers.variance);
  return module;
}

inline torch::jit::Module script_of(const std::string& code) {
  auto module = module_of_layers();
  module.define(code);
  return module;
}

inline const std::string kFeatures = R"(
  x = torch.conv2d(x, self.weight, None, [1, 1], [1, 1])
  x = torch.batch_norm(x, self.scale, self.shift, self.mean, self.variance, self.training, 0.1, 1e-5, False)
  x = torch.mean(torch.relu(x), [2, 3])
)";
inline const std::string kForward =
    "def forward(self, x):" + kFeatures + "  return torch.linear(x, self.head, self.bias)\n";

/// Writes TorchScript files, and reads them as networks.
class ScriptNetworks : public ::testing::Test {
 protected:
  std::string saved(const torch::jit::Module& module) const {
    const std::string path = (folder_.path() / "net.pt").string();
    module.save(path);
    return path;
  }
  std::shared_ptr<ScriptNetwork> loaded(const torch::jit::Module& module) const {
    return load_script_network(saved(module), kOptions);
  }
  std::string fault_of(const std::string& path, const NetworkOptions& options = kOptions) const {
    try {
      check_script_network(path, options);
    } catch (const InputError& error) {
      return error.what();
    }
    return {};
  }
  std::string fault_of_code(const std::string& code) const { return fault_of(saved(script_of(code))); }

  TemporaryFolder folder_;
};

}  // namespace scalemark::nn
