// Networks that compute activations again in backward train as those that store them do.

#include <gtest/gtest.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/types.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include "nn/checkpoint.h"
#include "nn/revnet.h"
#include "nn/training_step.h"
#include "nn/vgg.h"

namespace scalemark::nn {
namespace {

template <typename Make>
std::shared_ptr<Network> seeded(Make&& make, torch::Dtype dtype) {
  torch::manual_seed(5);
  std::shared_ptr<Network> network = make();
  convert(*network, torch::kCPU, dtype);
  network->train();
  return network;
}

std::shared_ptr<Network> revnet(std::int64_t units, bool recompute, torch::Dtype dtype, bool batch_norm = true) {
  return seeded(
      [&] {
        return std::make_shared<RevNet>(
            RevNetOptions{.units = {units, units, units}, .norm = {.batch_norm = batch_norm}, .recompute = recompute});
      },
      dtype);
}

// Running statistics are exact where the forward pass is: both networks compute the same one.
void expect_same_step(const StepResult& stored, const StepResult& recomputed, double tolerance) {
  EXPECT_EQ(stored.loss, recomputed.loss);
  EXPECT_LT(relative_difference(stored.gradients, recomputed.gradients), tolerance);
  ASSERT_EQ(stored.buffers.size(), recomputed.buffers.size());
  for (std::size_t i = 0; i < stored.buffers.size(); ++i) {
    EXPECT_TRUE(torch::equal(stored.buffers[i], recomputed.buffers[i])) << "batch norm counted twice, buffer " << i;
  }
}

TEST(Reversible, Fp64GradientsAreThoseOfStoredActivations) {
  for (const std::int64_t units : {3, 18}) {
    const StepResult stored = training_step(*revnet(units, false, torch::kDouble), 2, 16);
    expect_same_step(stored, training_step(*revnet(units, true, torch::kDouble), 2, 16), 1e-10);
  }
}

TEST(Reversible, Fp32GradientsAreThoseOfStoredActivations) {
  const StepResult stored = training_step(*revnet(3, false, torch::kFloat), 4, 32);
  expect_same_step(stored, training_step(*revnet(3, true, torch::kFloat), 4, 32), 1e-4);
}

TEST(Reversible, WithoutBatchNormTheyAgreeToo) {
  const StepResult stored = training_step(*revnet(3, false, torch::kDouble, false), 4, 16);
  expect_same_step(stored, training_step(*revnet(3, true, torch::kDouble, false), 4, 16), 1e-10);
}

// A branch in bfloat16 magnifies what its input in fp32 is off by: an eighth bit that rounds the other way.
TEST(Reversible, UnderAutocastTheyAgreeInThePrecisionOfAutocast) {
  const StepResult stored = training_step(*revnet(3, false, torch::kFloat), 4, 32, true);
  expect_same_step(stored, training_step(*revnet(3, true, torch::kFloat), 4, 32, true), 1e-2);
}

TEST(Reversible, BackwardTwiceOverOneForwardIsRefused) {
  const auto network = revnet(3, true, torch::kFloat);
  const torch::Tensor sum = network->forward(torch::randn({2, 3, 16, 16})).sum();
  sum.backward({}, /*retain_graph=*/true);
  EXPECT_THROW(sum.backward(), c10::Error);
}

struct CheckpointCase {
  const char* model;
  std::int64_t batch;
  int image_size;  ///< above 64: the ImageNet stem
  bool batch_norm = true;
};

class Checkpointing : public testing::TestWithParam<CheckpointCase> {
 protected:
  static StepResult step(bool checkpointing, torch::Dtype dtype, bool autocast = false) {
    const auto& [model, batch, image_size, batch_norm] = GetParam();
    const NetworkOptions options{.image_size = image_size, .batch_norm = batch_norm, .checkpointing = checkpointing};
    const auto network = seeded([&, name = model] { return make_network(name, options); }, dtype);
    return training_step(*network, batch, image_size, autocast);
  }
};

TEST_P(Checkpointing, Fp64GradientsArePlainOnes) {
  expect_same_step(step(false, torch::kDouble), step(true, torch::kDouble), 1e-10);
}

TEST_P(Checkpointing, Fp32GradientsArePlainOnes) {
  expect_same_step(step(false, torch::kFloat), step(true, torch::kFloat), 1e-5);
}

TEST_P(Checkpointing, GradientsUnderAutocastArePlainOnes) {
  expect_same_step(step(false, torch::kFloat, true), step(true, torch::kFloat, true), 1e-2);
}

std::string name_of(const testing::TestParamInfo<CheckpointCase>& test) {
  const auto& [model, batch, image_size, batch_norm] = test.param;
  std::string name = std::string(model) + "_at_" + std::to_string(image_size) + (batch_norm ? "" : "_without_norm");
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Networks, Checkpointing,
                         testing::Values(CheckpointCase{"resnet18-adjusted", 4, 16},
                                         CheckpointCase{"resnet18-adjusted", 4, 16, false},
                                         CheckpointCase{"resnet10", 18, 66}, CheckpointCase{"resnet10", 2, 66, false},
                                         CheckpointCase{"resnet50-adjusted", 2, 16},
                                         CheckpointCase{"mobilenet_v2", 4, 66}),
                         name_of);

TEST(CheckpointingVgg, GradientsArePlainOnes) {
  for (const bool batch_norm : {false, true}) {
    const auto step = [batch_norm](bool checkpointing) {
      const VggOptions options{.hidden = 16, .norm = {.batch_norm = batch_norm}, .checkpointing = checkpointing};
      return training_step(*seeded([&] { return std::make_shared<Vgg>(options); }, torch::kDouble), 2, 32);
    };
    expect_same_step(step(false), step(true), 1e-10);
  }
}

class CallHook : public torch::autograd::PostAccumulateGradHook {
 public:
  explicit CallHook(std::function<void()> call) : call_(std::move(call)) {}
  void operator()(const torch::autograd::Variable&) override { call_(); }

 private:
  std::function<void()> call_;
};

void on_ready(const torch::Tensor& parameter, std::function<void()> call) {
  torch::autograd::impl::set_post_acc_grad_hooks(parameter, std::make_unique<CallHook>(std::move(call)));
}

// What the gradient reducer lives on: each gradient once, and the last layers' while backward still goes on.
void expect_hooks_in_order(Network& network) {
  std::map<std::string, int> calls;
  std::vector<std::string> order;
  for (const auto& parameter : network.named_parameters()) {
    const std::string name = parameter.key();
    on_ready(parameter.value(), [&, name] {
      ++calls[name];
      order.push_back(name);
    });
  }
  training_step(network, 4, 16);
  EXPECT_EQ(order.size(), network.parameters().size());
  for (const auto& [name, count] : calls) EXPECT_EQ(count, 1) << name;
  ASSERT_FALSE(order.empty());
  EXPECT_TRUE(order.front().starts_with("fc.")) << order.front();
  for (const auto& parameter : network.parameters()) torch::autograd::impl::set_post_acc_grad_hooks(parameter, nullptr);
}

TEST(GradientHooks, FireOncePerParameter) {
  expect_hooks_in_order(*revnet(3, true, torch::kFloat));
  expect_hooks_in_order(*seeded([] { return make_network("resnet10", {.checkpointing = true}); }, torch::kFloat));
}

TEST(Checkpointed, ASegmentsGradientIsReadyBeforeTheSegmentInFrontIsRepeated) {
  std::vector<std::string> events;
  const auto scaled = [&events](const std::string& name) {
    const torch::Tensor weight = torch::ones({1}, torch::requires_grad());
    on_ready(weight, [&events, name] { events.push_back(name + " ready"); });
    return Segment{[&events, name, weight](const torch::Tensor& x) {
                     events.push_back(name + " forward");
                     return x * weight;
                   },
                   {weight}};
  };
  const Segment first = scaled("first");
  const Segment second = scaled("second");
  checkpointed(second, checkpointed(first, torch::ones({3}))).sum().backward();
  EXPECT_EQ(events, (std::vector<std::string>{"first forward", "second forward", "second forward", "second ready",
                                              "first forward", "first ready"}));
}

TEST(Checkpointed, RepeatsTheRandomNumbersAndLeavesThoseThatFollow) {
  const torch::Tensor weight = torch::ones({64}, torch::requires_grad());
  const Segment dropout{[weight](const torch::Tensor& x) { return torch::dropout(x * weight, 0.5, /*train=*/true); },
                        {weight}};
  torch::manual_seed(7);
  const torch::Tensor output = checkpointed(dropout, torch::ones({64}));
  torch::rand({5});
  output.sum().backward();
  EXPECT_TRUE(torch::equal(weight.grad(), output.detach())) << "the mask of forward, 0 or 2";
  const torch::Tensor after = torch::rand({4});
  torch::manual_seed(7);
  torch::dropout(torch::ones({64}), 0.5, /*train=*/true);
  torch::rand({5});
  EXPECT_TRUE(torch::equal(torch::rand({4}), after));
}

}  // namespace
}  // namespace scalemark::nn
