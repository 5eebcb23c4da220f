// Networks of one's own: what a TorchScript file holds is trained as PyTorch would train it.

#include "nn/script_network.h"

#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "nn/script_module.h"
#include "nn/training_step.h"

namespace scalemark::nn {
namespace {

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
  EXPECT_TRUE(fault.ends_with("fails for 2 images of 8 pixels per side on the CPU: AssertionError: two are too few"))
      << fault;
}

}  // namespace
}  // namespace scalemark::nn
