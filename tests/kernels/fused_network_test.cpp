#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "nn/network.h"
#include "nn/training_step.h"

namespace scalemark::nn {
namespace {

struct NetworkCase {
  const char* model;
  int image_size;
};

class FusedNetwork : public testing::TestWithParam<NetworkCase> {};

TEST_P(FusedNetwork, TrainsAsTheOneOfSingleOperators) {
  std::vector<StepResult> steps;
  for (const bool fused : {false, true}) {
    torch::manual_seed(5);
    const auto network = make_network(GetParam().model, {.image_size = GetParam().image_size, .fused = fused});
    convert(*network, torch::kCPU, torch::kDouble);
    steps.push_back(training_step(*network, 3, GetParam().image_size));
  }
  EXPECT_NEAR(steps[0].loss, steps[1].loss, 1e-10);
  EXPECT_LT(relative_difference(steps[0].gradients, steps[1].gradients), 1e-9);
  EXPECT_LT(relative_difference(steps[0].buffers, steps[1].buffers), 1e-10);
}

std::string model_of(const testing::TestParamInfo<NetworkCase>& test) {
  std::string name = test.param.model;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Networks, FusedNetwork,
                         testing::Values(NetworkCase{"resnet18", 16}, NetworkCase{"resnet50", 66},
                                         NetworkCase{"revnet-3-3-3", 16}, NetworkCase{"mobilenet_v2", 66}),
                         model_of);

}  // namespace
}  // namespace scalemark::nn
