#include "nn/network.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/registered_names.h"
#include "source_tree.h"

namespace scalemark::nn {
namespace {

std::shared_ptr<Network> seeded(const std::string& name, const NetworkOptions& options, std::uint64_t seed = 1) {
  torch::manual_seed(seed);
  return make_network(name, options);
}

struct Count {
  const char* model;
  int image_size;
  int classes;
  std::int64_t parameters;
};

class ParameterCount : public testing::TestWithParam<Count> {};

TEST_P(ParameterCount, IsThePublishedOne) {
  const auto network =
      make_network(GetParam().model, {.image_size = GetParam().image_size, .classes = GetParam().classes});
  EXPECT_EQ(parameter_count(*network), GetParam().parameters);
}

INSTANTIATE_TEST_SUITE_P(CifarStem, ParameterCount,
                         testing::Values(Count{"resnet10", 32, 10, 4'903'242}, Count{"resnet18", 32, 10, 11'173'962},
                                         Count{"resnet34", 64, 10, 21'282'122}, Count{"resnet50", 32, 10, 23'520'842}));
INSTANTIATE_TEST_SUITE_P(
    ImageNetStem, ParameterCount,
    testing::Values(Count{"resnet18", 224, 1000, 11'689'512}, Count{"resnet19", 32, 1000, 11'689'512},
                    Count{"resnet34", 65, 1000, 21'797'672}, Count{"resnet50", 224, 1000, 25'557'032},
                    Count{"resnet101", 224, 1000, 44'549'160}, Count{"resnet152", 224, 1000, 60'192'808},
                    Count{"wide_resnet50_2", 224, 1000, 68'883'240}));
// As torchvision's documentation has them.
INSTANTIATE_TEST_SUITE_P(OtherFamilies, ParameterCount,
                         testing::Values(Count{"vgg16", 224, 1000, 138'357'544},
                                         Count{"vgg16_bn", 224, 1000, 138'365'992},
                                         Count{"mobilenet_v2", 224, 1000, 3'504'872}));

/// The columns model and parameters of the published figures.
std::vector<std::pair<std::string, std::int64_t>> published_parameters() {
  std::ifstream file(source_tree() + "/results/published/revnet-memory.csv");
  constexpr std::size_t kParameters = 4;
  std::vector<std::pair<std::string, std::int64_t>> published;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#") || line.starts_with("model,")) {
      continue;
    }
    std::istringstream row(line);
    std::vector<std::string> fields;
    for (std::string field; std::getline(row, field, ',');) {
      fields.push_back(field);
    }
    published.emplace_back(fields.at(0), std::stoll(fields.at(kParameters)));
  }
  return published;
}

TEST(PublishedRevNets, HaveTheirParameterCounts) {
  constexpr int kPublishedClasses = 100;
  const auto published = published_parameters();
  EXPECT_EQ(published.size(), 7U);
  for (const auto& [model, parameters] : published) {
    EXPECT_EQ(parameter_count(*make_network(model, {.classes = kPublishedClasses})), parameters) << model;
  }
}

// A name counts the layers with weights on the longest path: all but the last are convolutions. Each stage whose shape
// changes adds a projection on its shortcut (He et al. 2015).
TEST(Network, CountsConvolutionsWithThoseOfShortcuts) {
  const auto convolutions = [](const char* model) { return convolution_layer_count(*make_network(model, {})); };
  EXPECT_EQ(convolutions("resnet10"), 10 - 1 + 3);
  EXPECT_EQ(convolutions("resnet18"), 18 - 1 + 3);
  EXPECT_EQ(convolutions("resnet34"), 34 - 1 + 3);
  EXPECT_EQ(convolutions("resnet50"), 50 - 1 + 4);
  EXPECT_EQ(convolutions("resnet152"), 152 - 1 + 4);
}

TEST(Network, ReturnsOneLogitPerClassForEveryRegisteredName) {
  const torch::NoGradGuard no_grad;
  for (const std::string_view registered : kNetworkNames) {
    const std::string name(registered);
    const auto network = seeded(name, {.image_size = 32, .classes = 7});
    EXPECT_EQ(network->forward(torch::randn({2, 3, 32, 32})).sizes(), (std::vector<std::int64_t>{2, 7})) << name;
  }
}

TEST(Network, TakesImagesOfImageNetSize) {
  const torch::NoGradGuard no_grad;
  const auto network = seeded("resnet18", {.image_size = 224, .classes = 1000});
  EXPECT_EQ(network->forward(torch::randn({1, 3, 224, 224})).sizes(), (std::vector<std::int64_t>{1, 1000}));
}

TEST(Network, DrawsConvolutionsFromHeNormalByFanOut) {
  const auto network = seeded("resnet18", {});
  for (const auto& parameter : network->named_parameters()) {
    const torch::Tensor& weight = parameter.value();
    if (weight.dim() != 4) {
      continue;
    }
    const auto fan_out = static_cast<double>(weight.size(0) * weight.size(2) * weight.size(3));
    const double expected = std::sqrt(2 / fan_out);
    // Five standard errors of a standard deviation and of a mean over this many draws.
    const auto draws = static_cast<double>(weight.numel());
    EXPECT_NEAR(weight.std().item<double>(), expected, 5 * expected / std::sqrt(2 * draws)) << parameter.key();
    EXPECT_NEAR(weight.mean().item<double>(), 0, 5 * expected / std::sqrt(draws)) << parameter.key();
  }
}

TEST(Network, StartsBatchNormAtIdentity) {
  const auto network = seeded("resnet50", {});
  for (const auto& parameter : network->named_parameters()) {
    if (parameter.key().find("bn") != std::string::npos) {
      const bool weight = parameter.key().ends_with("weight");
      EXPECT_TRUE(parameter.value().eq(weight ? 1 : 0).all().item<bool>()) << parameter.key();
    }
  }
}

TEST(Network, GivesTheSameWeightsForTheSameSeedOnly) {
  const auto first = seeded("resnet10", {}, 5)->parameters();
  const auto again = seeded("resnet10", {}, 5)->parameters();
  const auto other = seeded("resnet10", {}, 6)->parameters();
  ASSERT_EQ(first.size(), again.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_TRUE(torch::equal(first[i], again[i])) << i;
  }
  EXPECT_FALSE(torch::equal(first[0], other[0]));
}

TEST(Network, IsConvertedButForWhatIsCounted) {
  const auto network = seeded("resnet10", {});
  convert(*network, torch::kCPU, torch::kDouble);
  network->forward(torch::zeros({2, 3, 32, 32}, torch::kDouble));
  for (const auto& parameter : network->parameters()) EXPECT_EQ(parameter.scalar_type(), torch::kDouble);
  for (const auto& buffer : network->named_buffers()) {
    const bool counts = buffer.key().ends_with("num_batches_tracked");
    EXPECT_EQ(buffer.value().scalar_type(), counts ? torch::kLong : torch::kDouble) << buffer.key();
    if (counts) {
      EXPECT_EQ(buffer.value().item<std::int64_t>(), 1) << buffer.key();
    }
  }
}

TEST(Network, ComputesTheSameInChannelsLast) {
  const torch::NoGradGuard no_grad;
  const auto network = seeded("resnet50", {});
  convert(*network, torch::kCPU, torch::kDouble);
  const torch::Tensor images = torch::randn({2, 3, 32, 32}, torch::kDouble);
  const torch::Tensor expected = network->forward(images);
  for (torch::Tensor& parameter : network->parameters()) {
    if (parameter.dim() == 4) {
      parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
    }
  }
  const torch::Tensor logits = network->forward(images.contiguous(torch::MemoryFormat::ChannelsLast));
  EXPECT_LT((logits - expected).norm().item<double>(), 1e-12 * expected.norm().item<double>());
}

TEST(Network, RefusesAnUnknownNameAndNamesTheKnownOnes) {
  try {
    make_network("resnet20", {});
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("resnet20"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("resnet10, resnet18"), std::string::npos) << error.what();
  }
}

TEST(Network, StartsWithoutItsBranchesWhereItIsAskedTo) {
  const torch::NoGradGuard no_grad;
  const auto plain = seeded("resnet10", {});
  const auto network = seeded("resnet10", {.zero_init_residual = true});
  for (const auto& parameter : network->named_parameters()) {
    const bool ends_branch = parameter.key().ends_with("bn2.weight");
    const torch::Tensor& same = plain->named_parameters()[parameter.key()];
    EXPECT_TRUE(torch::equal(parameter.value(), ends_branch ? torch::zeros_like(same) : same)) << parameter.key();
  }
}

TEST(Network, RefusesToStartWithoutBranchesWhereNoneEndsInANorm) {
  for (const char* model : {"revnet-3-3-3", "vgg16_bn", "mobilenet_v2"}) {
    EXPECT_THROW(make_network(model, {.zero_init_residual = true}), InputError) << model;
  }
  EXPECT_THROW(make_network("resnet18", {.batch_norm = false, .zero_init_residual = true}), InputError);
}

TEST(Network, OfVggRefusesImagesThatItsPoolingsLeaveNothingOf) {
  try {
    make_network("vgg16", {.image_size = 28});
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("at least 32 pixels"), std::string::npos) << error.what();
  }
}

TEST(Network, RefusesCheckpointingWhereTheNetworkHasNone) {
  EXPECT_THROW(make_network("revnet-3-3-3", {.checkpointing = true}), InputError);
  EXPECT_NO_THROW(make_network("resnet18-adjusted", {.checkpointing = true}));
}

TEST(Network, RefusesSizesBelowOne) {
  EXPECT_THROW(make_network("resnet18", {.image_size = 0}), InputError);
  EXPECT_THROW(make_network("resnet18", {.classes = 0}), InputError);
}

}  // namespace
}  // namespace scalemark::nn
