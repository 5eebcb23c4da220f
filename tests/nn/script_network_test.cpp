// Networks of one's own: what a TorchScript file holds is trained as PyTorch would train it.

#include "nn/script_network.h"

#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <fstream>
#include <string>
#include <vector>

#include "core/error.h"
#include "nn/tensor_file.h"
#include "nn/training_step.h"
#include "temporary_folder.h"

namespace scalemark::nn {
namespace {

constexpr std::int64_t kClasses = 10;
constexpr std::int64_t kChannels = 4;
constexpr int kPixels = 8;
const NetworkOptions kOptions{.image_size = kPixels, .classes = kClasses};

/// The tensors of a convolution, a batch norm and a linear layer.
struct Layers {
  torch::Tensor weight, scale, shift, mean, variance, head, bias;
};

Layers random_layers() {
  torch::manual_seed(3);
  return {torch::randn({kChannels, 3, 3, 3}),
          torch::rand({kChannels}) + 0.5,
          torch::randn({kChannels}),
          torch::zeros({kChannels}),
          torch::ones({kChannels}),
          torch::randn({kClasses, kChannels}),
          torch::randn({kClasses})};
}

void add_parameter(torch::jit::Module& module, const std::string& name, const torch::Tensor& value) {
  module.register_parameter(name, at::Tensor(value).set_requires_grad(true), /*is_buffer=*/false);
}

torch::jit::Module module_of_layers() {
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

torch::jit::Module script_of(const std::string& code) {
  auto module = module_of_layers();
  module.define(code);
  return module;
}

const std::string kFeatures = R"(
  x = torch.conv2d(x, self.weight, None, [1, 1], [1, 1])
  x = torch.batch_norm(x, self.scale, self.shift, self.mean, self.variance, self.training, 0.1, 1e-5, False)
  x = torch.mean(torch.relu(x), [2, 3])
)";
const std::string kForward = "def forward(self, x):" + kFeatures + "  return torch.linear(x, self.head, self.bias)\n";

/// The same out of ATen's operators, in C++.
class Reference : public Network {
 public:
  Reference() : layers_(random_layers()) {
    for (auto& [name, tensor] :
         {std::pair{"weight", &layers_.weight}, std::pair{"scale", &layers_.scale}, std::pair{"shift", &layers_.shift},
          std::pair{"head", &layers_.head}, std::pair{"bias", &layers_.bias}})
      register_parameter(name, *tensor);
    register_buffer("mean", layers_.mean);
    register_buffer("variance", layers_.variance);
  }
  torch::Tensor forward(const torch::Tensor& images) override {
    torch::Tensor x = at::conv2d(images, layers_.weight, {}, {1, 1}, {1, 1});
    x = at::batch_norm(x, layers_.scale, layers_.shift, layers_.mean, layers_.variance, is_training(), 0.1, 1e-5,
                       false);
    return at::linear(at::mean(at::relu(x), {2, 3}), layers_.head, layers_.bias);
  }

 private:
  Layers layers_;
};

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

void expect_same_training(Network& expected, Network& found, bool autocast) {
  for (int step = 0; step < 3; ++step) {
    const StepResult theirs = training_step(expected, 4, kPixels, autocast);
    const StepResult ours = training_step(found, 4, kPixels, autocast);
    EXPECT_EQ(ours.loss, theirs.loss);
    EXPECT_EQ(relative_difference(theirs.gradients, ours.gradients), 0);
    EXPECT_EQ(relative_difference(theirs.buffers, ours.buffers), 0);
  }
}

TEST_F(ScriptNetworks, TrainsAsTheSameOperatorsDo) {
  for (const auto dtype : {torch::kFloat, torch::kDouble}) {
    Reference reference;
    const auto network = loaded(script_of(kForward));
    convert(reference, torch::kCPU, dtype);
    convert(*network, torch::kCPU, dtype);
    expect_same_training(reference, *network, /*autocast=*/false);
  }
}

TEST_F(ScriptNetworks, IsAutocastAsTheSameOperatorsAre) {
  Reference reference;
  const auto network = loaded(script_of(kForward));
  expect_same_training(reference, *network, /*autocast=*/true);
  at::autocast::set_autocast_enabled(at::kCPU, true);
  const auto logits = network->forward(torch::randn({2, 3, kPixels, kPixels}));
  at::autocast::set_autocast_enabled(at::kCPU, false);
  at::autocast::clear_cache();
  EXPECT_EQ(logits.scalar_type(), torch::kBFloat16);
}

TEST_F(ScriptNetworks, EvaluatesByItsRunningStatistics) {
  Reference reference;
  const auto network = loaded(script_of(kForward));
  const auto images = torch::randn({2, 3, kPixels, kPixels});
  for (Network* one : {static_cast<Network*>(&reference), static_cast<Network*>(network.get())}) one->eval();
  EXPECT_TRUE(torch::equal(network->forward(images), reference.forward(images)));
  EXPECT_TRUE(torch::equal(network->named_buffers()["mean"], torch::zeros({kChannels})));
}

TEST_F(ScriptNetworks, HasTheNamesOfItsParts) {
  torch::jit::Module part("Conv2d");
  part.register_attribute("training", c10::BoolType::get(), true);
  add_parameter(part, "weight", torch::randn({kClasses, 3, 1, 1}));
  part.define("def forward(self, x):\n  return torch.mean(torch.conv2d(x, self.weight), [2, 3])\n");
  torch::jit::Module whole("Own");
  whole.register_attribute("training", c10::BoolType::get(), true);
  whole.register_module("features", part);
  whole.define("def forward(self, x):\n  return self.features.forward(x)\n");
  const auto network = loaded(whole);
  EXPECT_EQ(network->named_parameters().keys(), std::vector<std::string>{"features.weight"});
  EXPECT_EQ(convolution_layer_count(*network), 1);
  EXPECT_EQ(parameter_count(*network), kClasses * 3);
}

TEST_F(ScriptNetworks, HoldsTiedWeightsOnce) {
  auto module = module_of_layers();
  module.register_parameter("twin", module.attr("head").toTensor(), /*is_buffer=*/false);
  module.define("def forward(self, x):" + kFeatures +
                "  return torch.linear(x, self.head, self.bias) + torch.linear(x, self.twin)\n");
  const auto network = loaded(module);
  EXPECT_EQ(network->parameters().size(), 5u);
  convert(*network, torch::kCPU, torch::kDouble);  // new memory
  const auto images = torch::randn({2, 3, kPixels, kPixels}, torch::kDouble);
  const auto with = network->forward(images);
  {
    const torch::NoGradGuard no_grad;
    network->named_parameters()["head"].zero_();
  }
  EXPECT_TRUE(torch::equal(network->forward(images), network->named_parameters()["bias"].expand({2, kClasses})));
  EXPECT_FALSE(torch::equal(network->forward(images), with));
}

TEST_F(ScriptNetworks, HoldsFrozenParametersAsBuffers) {
  auto module = script_of(kForward);
  module.attr("weight").toTensor().set_requires_grad(false);
  const auto network = loaded(module);
  EXPECT_EQ(network->parameters().size(), 4u);
  EXPECT_EQ(network->buffers().size(), 3u);
  EXPECT_EQ(fault_of(saved(module)), "");
}

// Optimised, four operators in a row become one subgraph after two passes, and its gradients are ready all at once.
TEST_F(ScriptNetworks, GivesGradientsOneByOneInEveryStep) {
  torch::jit::Module module("Own");
  module.register_attribute("training", c10::BoolType::get(), true);
  for (const char* name : {"a", "b", "c", "d"}) add_parameter(module, name, torch::rand({kClasses}));
  module.define(
      "def forward(self, x):\n  x = torch.mean(x, [1, 2, 3]).unsqueeze(1)\n"
      "  return torch.tanh(torch.tanh(torch.tanh(x * self.a) * self.b) * self.c) * self.d\n");
  const auto network = loaded(module);
  auto parameters = network->parameters();
  std::vector<int> ready_at_first;
  for (auto& parameter : parameters) {
    parameter.register_hook([&](const torch::Tensor&) {
      int ready = 0;
      for (const auto& one : parameters) ready += one.grad().defined() ? 1 : 0;
      ready_at_first.push_back(ready);
    });
  }
  constexpr int kSteps = 5;
  std::vector<int> expected;
  for (int step = 0; step < kSteps; ++step) {
    for (auto& parameter : parameters) parameter.mutable_grad().reset();
    network->forward(torch::rand({2, 3, kPixels, kPixels})).sum().backward();
    expected.insert(expected.end(), {0, 1, 2, 3});
  }
  EXPECT_EQ(ready_at_first, expected);
}

TEST_F(ScriptNetworks, RunsOutOfMemoryAsOthersDo) {
  const auto network =
      loaded(script_of("def forward(self, x):\n  return torch.zeros([1 << 50]) + torch.linear(x, self.head)\n"));
  EXPECT_THROW(network->forward(torch::rand({1, 3, kPixels, kPixels})), c10::OutOfMemoryError);
}

TEST_F(ScriptNetworks, SaysInOneLineWhatFailedInside) {
  const auto network = loaded(script_of("def forward(self, x):\n  return torch.linear(x, self.weight)\n"));
  try {
    network->forward(torch::rand({1, 3, kPixels, kPixels}));
    FAIL() << "shapes do not match";
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    EXPECT_EQ(what.find("TorchScript interpreter"), std::string::npos) << what;
    EXPECT_NE(what.find("dim"), std::string::npos) << what;
  }
}

TEST_F(ScriptNetworks, SaysWhatItsCodeRaised) {
  const std::string fault = fault_of_code(
      "def forward(self, x):\n  assert x.size(0) != 2, 'two are too few'\n  return torch.linear(x, self.head)\n");
  EXPECT_TRUE(fault.ends_with("fails for 2 images of 8 pixels per side on the CPU: two are too few")) << fault;
}

TEST_F(ScriptNetworks, OfAGoodFileHasNoFault) {
  EXPECT_EQ(fault_of_code(kForward), "");
  EXPECT_EQ(fault_of_code("def forward(self, x, scale: float = 1.0):" + kFeatures +
                          "  return torch.linear(x, self.head, self.bias) * scale\n"),
            "");
}

TEST_F(ScriptNetworks, ThatCannotBeTrainedIsRefused) {
  const std::string all = "  return torch.linear(x, self.head, self.bias)";
  const std::vector<std::pair<std::string, std::string>> table{
      {"def other(self, x):\n  return x\n", "has no method forward"},
      {"def forward(self, x, y):" + kFeatures + all + "\n", "takes something else than one batch of images"},
      {"def forward(self, x: int):\n  return x\n", "takes something else than one batch of images"},
      {"def forward(self, x):" + kFeatures + all + ", x\n", "returns Tuple[Tensor, Tensor] in place of logits"},
      {"def forward(self, x):\n  return torch.conv2d(x, self.weight)\n", "[2, 4, 6, 6] for 2 images"},
      {"def forward(self, x):" + kFeatures + "  return torch.linear(x, self.head)\n", "parameter bias no gradient"},
      {"def forward(self, x):" + kFeatures + all + ".detach()\n", "does not require grad"},
      {"def forward(self, x):\n  return torch.linear(x, self.head, self.bias)\n", "fails for 2 images of 8 pixels"},
  };
  for (const auto& [code, fault] : table) {
    const std::string found = fault_of_code(code);
    EXPECT_TRUE(found.starts_with("model " + folder_.path().string() + "/net.pt: ")) << found;
    EXPECT_NE(found.find(fault), std::string::npos) << code << found;
    EXPECT_EQ(found.find('\n'), std::string::npos) << found;
  }
}

TEST_F(ScriptNetworks, WithOtherClassesIsRefused) {
  const std::string fault = fault_of(saved(script_of(kForward)), {.image_size = kPixels, .classes = 12});
  EXPECT_NE(fault.find("gives 10 logits per image, but dataset.classes is 12: set dataset.classes, or export it with "
                       "--classes 12"),
            std::string::npos)
      << fault;
}

TEST_F(ScriptNetworks, WithoutParametersIsRefused) {
  auto module = script_of(kForward);
  for (const auto& parameter : module.parameters()) at::Tensor(parameter).set_requires_grad(false);
  EXPECT_NE(fault_of(saved(module)).find("has no parameters to train"), std::string::npos);
}

TEST_F(ScriptNetworks, WithComplexParametersIsRefused) {
  auto module = script_of(kForward);
  add_parameter(module, "phase", torch::ones({2}, torch::kComplexFloat));
  EXPECT_NE(fault_of(saved(module)).find("has the parameter phase of type ComplexFloat"), std::string::npos);
}

TEST_F(ScriptNetworks, OfAForeignFileIsRefused) {
  const std::string script = saved(script_of(kForward));
  std::ifstream stream(script, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  const std::string weights = (folder_.path() / "weights.pt").string();
  NamedTensors tensors;
  tensors.insert("weight", torch::ones({2}));
  save_tensors(weights, tensors);
  const std::vector<std::pair<std::string, std::string>> table{
      {folder_.write("empty.pt", "").string(), "is empty"},
      {folder_.write("model.onnx.pt", std::string("\x08\x08\x12\x07pytorch", 11)).string(), "begins as a zip archive"},
      {folder_.write("cut.pt", content.substr(0, content.size() / 2)).string(), "is a damaged zip archive"},
      {folder_.write("none.pt", "PK nothing").string(), "is a damaged zip archive"},
      {weights, "weights alone (a state_dict)"},
      {(folder_.path() / "absent.pt").string(), "cannot be read"},
  };
  for (const auto& [path, fault] : table) {
    const std::string found = fault_of(path);
    EXPECT_TRUE(found.starts_with("model " + path + ": ")) << found;
    EXPECT_NE(found.find(fault), std::string::npos) << found;
    EXPECT_EQ(found.find('\n'), std::string::npos) << found;
  }
}

TEST_F(ScriptNetworks, ThatHasChangedIsRefused) {
  NetworkOptions options = kOptions;
  options.digest = "0123456789abcdef";
  EXPECT_NE(fault_of(saved(script_of(kForward)), options).find("has changed since"), std::string::npos);
}

TEST_F(ScriptNetworks, HasNoOptionsOfItsOwn) {
  NetworkOptions options = kOptions;
  options.checkpointing = true;
  EXPECT_THROW(make_network(saved(script_of(kForward)), options), InputError);
  options = kOptions;
  options.batch_norm = false;
  EXPECT_THROW(make_network(saved(script_of(kForward)), options), InputError);
}

}  // namespace
}  // namespace scalemark::nn
