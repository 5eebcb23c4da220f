#include <gtest/gtest.h>
#include <torch/nn/functional/loss.h>
#include <torch/optim/sgd.h>
#include <torch/types.h>

#include "nn/network.h"

namespace scalemark::nn {
namespace {

constexpr double kLearningRate = 0.005;

TEST(WithoutBatchNorm, LeavesConvolutionsWithZeroBiases) {
  for (const char* model : {"resnet18", "resnet50"}) {
    const auto network = make_network(model, {.batch_norm = false});
    EXPECT_TRUE(network->named_buffers().is_empty());
    for (const auto& parameter : network->named_parameters()) {
      const std::string& name = parameter.key();
      EXPECT_EQ(name.find("bn"), std::string::npos) << name;
      if (name.ends_with("bias") && name != "fc.bias") {
        EXPECT_TRUE(parameter.value().eq(0).all().item<bool>()) << name;
      }
    }
  }
}

/// The loss before each of `steps` steps of SGD with momentum on one random batch.
std::vector<double> losses(Network& network, int steps) {
  torch::optim::SGD optimizer(network.parameters(), torch::optim::SGDOptions(kLearningRate).momentum(0.9));
  const torch::Tensor images = torch::randn({8, 3, 16, 16});
  const torch::Tensor labels = torch::randint(10, {8}, torch::kLong);
  std::vector<double> losses;
  for (int step = 0; step < steps; ++step) {
    optimizer.zero_grad();
    const torch::Tensor loss = torch::nn::functional::cross_entropy(network.forward(images), labels);
    losses.push_back(loss.item<double>());
    loss.backward();
    optimizer.step();
  }
  return losses;
}

class Training : public testing::TestWithParam<std::tuple<const char*, bool>> {};

TEST_P(Training, ReachesEveryParameterAndDoesNotDiverge) {
  torch::manual_seed(3);
  const auto [model, batch_norm] = GetParam();
  const auto network = make_network(model, {.batch_norm = batch_norm});
  const std::vector<double> series = losses(*network, 10);
  for (const auto& parameter : network->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_TRUE(parameter.value().isfinite().all().item<bool>()) << parameter.key();
  }
  EXPECT_LT(series.back(), series.front()) << testing::PrintToString(series);
}

INSTANTIATE_TEST_SUITE_P(Models, Training,
                         testing::Values(std::tuple{"resnet18", true}, std::tuple{"resnet18", false},
                                         std::tuple{"resnet50", true}));

}  // namespace
}  // namespace scalemark::nn
