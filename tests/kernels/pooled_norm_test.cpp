// The ImageNet stem's pooling behind batch norm and ReLU without the map between them, against LibTorch's operators.

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/function.h>
#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

#include "kernels/emulated_norm_launcher.h"
#include "kernels/norm_kernels_by_stages.h"
#include "nn/layers.h"
#include "nn/network.h"
#include "nn/norm.h"
#include "nn/training_step.h"

namespace scalemark::nn {
namespace {

constexpr double kPooledNormEpsilon = 1e-5;

torch::Tensor random_map(const std::vector<std::int64_t>& shape, torch::Dtype dtype) {
  return torch::randn(shape, torch::kDouble).mul_(2).to(dtype).contiguous(torch::MemoryFormat::ChannelsLast);
}

kernels::NormInput random_input(const std::vector<std::int64_t>& shape, torch::Dtype dtype) {
  torch::manual_seed(7);
  const auto by_channel = torch::TensorOptions(dtype == torch::kDouble ? torch::kDouble : torch::kFloat);
  return {random_map(shape, dtype),
          {},
          torch::rand({shape[1]}, by_channel).sub_(0.5),
          torch::rand({shape[1]}, by_channel).sub_(0.5),
          kernels::NormTail::kRelu};
}

struct MapCase {
  const char* name;
  std::vector<std::int64_t> shape;
};

class PooledNormKernels : public testing::TestWithParam<std::tuple<MapCase, torch::Dtype>> {
 protected:
  const std::vector<std::int64_t>& shape() const { return std::get<0>(GetParam()).shape; }
  torch::Dtype dtype() const { return std::get<1>(GetParam()); }

  const EmulatedNormLauncher forward_{ThreadOrder::kForward}, backward_{ThreadOrder::kBackward};
  const kernels::NormKernelsByStages by_stages_{forward_}, by_stages_in_reverse_{backward_};
  const std::vector<const kernels::NormKernels*> all_{&kernels::cpu_norm_kernels(), &by_stages_,
                                                      &by_stages_in_reverse_};
};

TEST_P(PooledNormKernels, GiveTheBitsOfPoolingTheWholeMap) {
  const kernels::NormInput input = random_input(shape(), dtype());
  for (const kernels::NormKernels* kernels : all_) {
    ASSERT_TRUE(kernels->cover_pool(input));
    const kernels::NormMoments moments = kernels->moments(input, kPooledNormEpsilon, {});
    const torch::Tensor expected = stem_pool(kernels->evaluate(input, moments));
    const kernels::PooledNorm pooled = kernels->pool(input, moments);
    EXPECT_TRUE(torch::equal(pooled.y, expected));
    EXPECT_TRUE(pooled.y.is_contiguous(torch::MemoryFormat::ChannelsLast));
  }
}

TEST_P(PooledNormKernels, HandGradientsBackToWhereTheValuesWere) {
  const kernels::NormInput input = random_input(shape(), dtype());
  for (const kernels::NormKernels* kernels : all_) {
    const kernels::NormMoments moments = kernels->moments(input, kPooledNormEpsilon, {});
    const torch::Tensor whole = kernels->evaluate(input, moments).to(torch::kDouble).requires_grad_();
    const torch::Tensor expected = stem_pool(whole);
    const kernels::PooledNorm pooled = kernels->pool(input, moments);
    const torch::Tensor gradient = random_map(pooled.y.sizes().vec(), dtype());
    expected.backward(gradient.to(torch::kDouble));
    const torch::Tensor found = kernels->unpool(input.x, pooled.place, gradient);
    EXPECT_LT(difference(whole.grad(), found), dtype() == torch::kFloat ? 1e-7 : 2e-3);
    EXPECT_TRUE(torch::equal(found != 0, whole.grad() != 0));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, PooledNormKernels,
    testing::Combine(testing::Values(MapCase{"usual", {2, 64, 16, 16}}, MapCase{"odd", {3, 24, 7, 9}},
                                     MapCase{"mixed", {2, 520, 6, 5}}, MapCase{"one_window", {2, 8, 2, 2}},
                                     MapCase{"one_pixel", {5, 16, 1, 1}}, MapCase{"row", {2, 8, 1, 33}}),
                     testing::Values(torch::kFloat, torch::kBFloat16, torch::kHalf)),
    [](const auto& test) {
      return std::string(std::get<0>(test.param).name) + "_" + c10::toString(std::get<1>(test.param));
    });

/// What two training steps through norm, ReLU and pooling give.
struct PooledPass {
  std::string node;
  torch::Tensor y;
  std::vector<torch::Tensor> found;  ///< gradients, then running statistics
};

PooledPass training_pass(bool fused, torch::Dtype dtype, torch::MemoryFormat layout) {
  torch::manual_seed(3);
  Norm norm(24, {.fused = fused});
  torch::nn::BatchNorm2d module = norm.module();
  convert(*module, torch::kCPU, dtype);
  PooledPass pass;
  torch::Tensor x;
  for (int step = 0; step < 2; ++step) {
    x = torch::randn({5, 24, 13, 10}, torch::kDouble).to(dtype).contiguous(layout).requires_grad_();
    pass.y = norm.pooled_relu(x);
  }
  pass.node = pass.y.grad_fn()->name();
  pass.y.backward(torch::randn({5, 24, 7, 5}, torch::kDouble).to(dtype));  // contiguous, whatever y is
  pass.found = {x.grad(), module->weight.grad(), module->bias.grad()};
  for (const auto& buffer : module->buffers()) pass.found.push_back(buffer);
  return pass;
}

TEST(PooledNorm, TrainsAsTheOperatorsDo) {
  for (const auto& [dtype, tolerance] : {std::pair{torch::kDouble, 1e-12}, std::pair{torch::kFloat, 1e-5}}) {
    const PooledPass expected = training_pass(false, dtype, torch::MemoryFormat::ChannelsLast);
    const PooledPass found = training_pass(true, dtype, torch::MemoryFormat::ChannelsLast);
    EXPECT_NE(found.node.find("PooledNorm"), std::string::npos) << found.node;
    EXPECT_EQ(expected.node.find("PooledNorm"), std::string::npos) << expected.node;
    EXPECT_LT(difference(expected.y, found.y), tolerance);
    for (std::size_t i = 0; i < expected.found.size(); ++i) {
      EXPECT_LT(difference(expected.found[i], found.found[i]), tolerance) << i;
    }
  }
}

TEST(PooledNorm, LeavesOtherLayoutsAndEvaluationToTheOperators) {
  const PooledPass planes = training_pass(true, torch::kFloat, torch::MemoryFormat::Contiguous);
  EXPECT_EQ(planes.node.find("PooledNorm"), std::string::npos) << planes.node;
  EXPECT_LT(difference(training_pass(false, torch::kFloat, torch::MemoryFormat::Contiguous).y, planes.y), 1e-5);
  std::vector<torch::Tensor> evaluated;
  const torch::NoGradGuard no_grad;
  for (const bool fused : {false, true}) {
    torch::manual_seed(3);
    Norm norm(8, {.fused = fused});
    torch::nn::BatchNorm2d(norm.module())->eval();
    evaluated.push_back(norm.pooled_relu(random_map({2, 8, 6, 6}, torch::kFloat)));
  }
  EXPECT_LT(difference(evaluated[0], evaluated[1]), 1e-6);
}

TEST(PooledNorm, IsTheSameToTheBitForAnyNumberOfThreads) {
  const int threads = at::get_num_threads();
  std::vector<PooledPass> passes;
  for (const int count : {1, 3}) {
    at::set_num_threads(count);
    passes.push_back(training_pass(true, torch::kFloat, torch::MemoryFormat::ChannelsLast));
  }
  at::set_num_threads(threads);
  EXPECT_TRUE(torch::equal(passes[0].y, passes[1].y));
  for (std::size_t i = 0; i < passes[0].found.size(); ++i) {
    EXPECT_TRUE(torch::equal(passes[0].found[i], passes[1].found[i])) << i;
  }
}

// The one thing that needs a GPU: that its compiler and its memory give the same.
TEST(PooledNormOnGpu, GivesTheBitsOfTheHost) {
  if (!at::hasCUDA() || kernels::cuda_norm_kernels() == nullptr) GTEST_SKIP() << "no CUDA device here";
  const EmulatedNormLauncher launcher(ThreadOrder::kForward);
  const kernels::NormKernelsByStages on_host(launcher);
  for (const auto dtype : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
    const kernels::NormInput input = random_input({4, 64, 23, 30}, dtype);
    const kernels::NormMoments moments = on_host.moments(input, kPooledNormEpsilon, {});
    const kernels::PooledNorm expected = on_host.pool(input, moments);
    const kernels::NormInput there{input.x.cuda(), {}, input.weight.cuda(), input.bias.cuda(), input.tail};
    const kernels::NormMoments moments_there{moments.mean.cuda(), moments.inverse_deviation.cuda()};
    const kernels::PooledNorm found = kernels::cuda_norm_kernels()->pool(there, moments_there);
    // The GPU's compiler fuses multiplication and addition: a value in a thousand is rounded the other way.
    EXPECT_LT(difference(expected.y, found.y.cpu()), dtype == torch::kFloat ? 1e-6 : 4e-3);
    const torch::Tensor gradient = random_map(expected.y.sizes().vec(), dtype);
    EXPECT_TRUE(
        torch::equal(on_host.unpool(input.x, expected.place, gradient),
                     kernels::cuda_norm_kernels()->unpool(there.x, expected.place.cuda(), gradient.cuda()).cpu()));
  }
}

}  // namespace
}  // namespace scalemark::nn
