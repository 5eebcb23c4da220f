// Batch norm with what follows it in kernels of its own, against LibTorch's operators one after the other.

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/function.h>
#include <torch/types.h>

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "nn/network.h"
#include "nn/norm.h"
#include "nn/training_step.h"

namespace scalemark::nn {
namespace {

struct NormCase {
  const char* name;
  std::vector<std::int64_t> shape;
};

/// What one training step through a norm gives.
struct Pass {
  std::string node;  ///< of autograd, that made y
  torch::Tensor y;
  std::vector<torch::Tensor> gradients;  ///< of x, the residual (or x again), weight and bias
  std::vector<torch::Tensor> buffers;
};

torch::nn::BatchNorm2d module_of(const Norm& norm) { return norm.module(); }

torch::Tensor call(Norm& norm, kernels::NormTail tail, const torch::Tensor& x, const torch::Tensor& residual) {
  switch (tail) {
    case kernels::NormTail::kNothing:
      return norm(x);
    case kernels::NormTail::kRelu:
      return norm.relu(x);
    case kernels::NormTail::kAddRelu:
      return norm.add_relu(x, residual).first;
  }
  return {};
}

/// A norm whose parameters and running statistics are random, the same from the same seed.
Norm random_norm(std::int64_t channels, bool fused, torch::Dtype dtype) {
  Norm norm(channels, {.fused = fused});
  torch::manual_seed(3);
  const torch::NoGradGuard no_grad;
  auto module = module_of(norm);
  module->weight.uniform_(-1, 1);
  module->bias.uniform_(-1, 1);
  module->running_mean.uniform_(-1, 1);
  module->running_var.uniform_(0.5, 1);
  convert(*module, torch::kCPU, dtype);
  return norm;
}

torch::Tensor random_map(const std::vector<std::int64_t>& shape, torch::Dtype dtype, torch::MemoryFormat layout) {
  return torch::randn(shape, torch::kDouble).mul_(2).add_(0.5).to(dtype).contiguous(layout);
}

Pass training_pass(bool fused, kernels::NormTail tail, const std::vector<std::int64_t>& shape, torch::Dtype dtype,
                   torch::MemoryFormat layout, torch::Dtype compute_in) {
  Norm norm = random_norm(shape[1], fused, compute_in == torch::kDouble ? torch::kDouble : torch::kFloat);
  Pass pass;
  torch::Tensor x, residual;
  for (int step = 0; step < 2; ++step) {  // the second one meets running statistics that the first one left
    x = random_map(shape, dtype, layout).to(compute_in).requires_grad_();
    residual = random_map(shape, dtype, layout).to(compute_in).requires_grad_();
    pass.y = call(norm, tail, x, residual);
  }
  pass.node = pass.y.grad_fn()->name();
  pass.y.backward(random_map(shape, dtype, layout).to(compute_in));
  const auto module = module_of(norm);
  pass.gradients = {x.grad(), tail == kernels::NormTail::kAddRelu ? residual.grad() : x.grad(), module->weight.grad(),
                    module->bias.grad()};
  pass.buffers = module->buffers();
  return pass;
}

void expect_near(const Pass& expected, const Pass& found, double tolerance) {
  EXPECT_LT(difference(expected.y, found.y), tolerance);
  EXPECT_EQ(found.y.strides(), expected.y.strides());
  for (std::size_t i = 0; i < expected.gradients.size(); ++i) {
    EXPECT_LT(difference(expected.gradients[i], found.gradients[i]), tolerance) << "gradient " << i;
  }
  for (std::size_t i = 0; i < expected.buffers.size(); ++i) {
    EXPECT_LT(difference(expected.buffers[i], found.buffers[i]), tolerance) << "buffer " << i;
  }
}

class FusedNorm : public testing::TestWithParam<std::tuple<NormCase, torch::MemoryFormat, kernels::NormTail>> {
 protected:
  // `in`: what the reference is computed in, from the same values.
  static void expect_agreement(torch::Dtype dtype, torch::Dtype in, double tolerance) {
    const auto& [test, layout, tail] = GetParam();
    const Pass expected = training_pass(false, tail, test.shape, dtype, layout, in);
    const Pass found = training_pass(true, tail, test.shape, dtype, layout, dtype);
    EXPECT_NE(found.node.find("FusedNorm"), std::string::npos) << found.node;
    EXPECT_EQ(expected.node.find("FusedNorm"), std::string::npos) << expected.node;
    expect_near(expected, found, tolerance);
  }
};

TEST_P(FusedNorm, AgreesInFp64) { expect_agreement(torch::kDouble, torch::kDouble, 1e-12); }
TEST_P(FusedNorm, AgreesInFp32) { expect_agreement(torch::kFloat, torch::kFloat, 1e-5); }

// A mask in bfloat16 is that of fp64 unless y rounds to zero, so that what differs is the rounding of the results.
TEST_P(FusedNorm, IsAsCloseToFp64AsBfloat16IsExact) { expect_agreement(torch::kBFloat16, torch::kDouble, 4e-3); }
TEST_P(FusedNorm, IsAsCloseToFp64AsFp16IsExact) { expect_agreement(torch::kHalf, torch::kDouble, 6e-4); }

TEST_P(FusedNorm, EvaluatesByTheRunningStatistics) {
  const auto& [test, layout, tail] = GetParam();
  const torch::NoGradGuard no_grad;
  for (const auto dtype : {torch::kDouble, torch::kFloat, torch::kBFloat16}) {
    const torch::Tensor x = random_map(test.shape, dtype, layout);
    const torch::Tensor residual = random_map(test.shape, dtype, layout);
    std::vector<torch::Tensor> y;
    for (const bool fused : {false, true}) {
      Norm norm = random_norm(test.shape[1], fused, dtype == torch::kDouble ? dtype : torch::kFloat);
      module_of(norm)->eval();
      y.push_back(call(norm, tail, x.clone(), residual));
      EXPECT_EQ(module_of(norm)->num_batches_tracked.item<std::int64_t>(), 0);
    }
    EXPECT_LT(difference(y[0], y[1]), dtype == torch::kDouble ? 1e-12 : dtype == torch::kFloat ? 1e-5 : 1e-2);
  }
}

using NormParameters = std::tuple<NormCase, torch::MemoryFormat, kernels::NormTail>;

std::string name_of(const testing::TestParamInfo<NormParameters>& test) {
  const auto& [shape, layout, tail] = test.param;
  const char* tails[] = {"alone", "relu", "add_relu"};
  return std::string(shape.name) + (layout == torch::MemoryFormat::Contiguous ? "_nchw_" : "_nhwc_") +
         tails[static_cast<int>(tail)];
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, FusedNorm,
    testing::Combine(testing::Values(NormCase{"usual", {4, 16, 8, 8}}, NormCase{"odd", {2, 3, 5, 7}},
                                     NormCase{"one_image", {1, 13, 4, 4}}, NormCase{"one_pixel", {7, 20, 1, 1}},
                                     NormCase{"one_channel", {3, 1, 9, 9}}, NormCase{"wide", {2, 530, 3, 3}},
                                     NormCase{"many_blocks", {3, 24, 40, 41}}),
                     testing::Values(torch::MemoryFormat::Contiguous, torch::MemoryFormat::ChannelsLast),
                     testing::Values(kernels::NormTail::kNothing, kernels::NormTail::kRelu,
                                     kernels::NormTail::kAddRelu)),
    name_of);

// Where sums of squares would have no digit left.
TEST(FusedNormAccuracy, VarianceOfValuesFarFromZero) {
  for (const auto layout : {torch::MemoryFormat::Contiguous, torch::MemoryFormat::ChannelsLast}) {
    torch::manual_seed(1);
    torch::Tensor x = torch::randn({8, 24, 30, 30}).mul_(0.1).add_(1000);
    x.index_put_({0, torch::indexing::Slice(), 0, 0}, -1e5);  // the very first value is no good guess of the mean
    x = x.contiguous(layout);
    Norm norm(24, {});
    module_of(norm)->options.momentum(1.0);
    norm.relu(x);
    const torch::Tensor expected = x.to(torch::kDouble).var({0, 2, 3});
    EXPECT_LT(difference(expected, module_of(norm)->running_var), 1e-5);
    x.index_put_({0, torch::indexing::Slice(), 0, 0}, 1000);
    norm.relu(x);
    EXPECT_LT(difference(x.to(torch::kDouble).var({0, 2, 3}), module_of(norm)->running_var), 1e-3)
        << "the mean itself has four digits behind the point";
  }
}

TEST(FusedNormStatistics, AreLeftAloneWhereAPassIsRepeated) {
  Norm norm = random_norm(5, true, torch::kFloat);
  const torch::Tensor x = torch::randn({4, 5, 3, 3}).requires_grad_();
  const torch::Tensor counted = norm.relu(x);
  std::vector<torch::Tensor> before;
  for (const auto& buffer : module_of(norm)->buffers()) before.push_back(buffer.clone());
  const FrozenStatistics frozen;
  const torch::Tensor repeated = norm.relu(x);
  EXPECT_NE(repeated.grad_fn()->name().find("FusedNorm"), std::string::npos);
  EXPECT_TRUE(torch::equal(counted, repeated));
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(torch::equal(before[i], module_of(norm)->buffers()[i]));
}

TEST(FusedNormThreads, DoNotChangeAnyBit) {
  const int threads = at::get_num_threads();
  std::vector<Pass> passes;
  for (const int count : {1, 2}) {
    at::set_num_threads(count);
    passes.push_back(training_pass(true, kernels::NormTail::kAddRelu, {5, 24, 40, 41}, torch::kFloat,
                                   torch::MemoryFormat::ChannelsLast, torch::kFloat));
  }
  at::set_num_threads(threads);
  EXPECT_TRUE(torch::equal(passes[0].y, passes[1].y));
  for (std::size_t i = 0; i < passes[0].gradients.size(); ++i) {
    EXPECT_TRUE(torch::equal(passes[0].gradients[i], passes[1].gradients[i]));
  }
}

// As a block's output and a second reader of it, who may have no part in the loss.
TEST(ForkedNorm, BringsTheGradientsOfBothReaders) {
  const std::vector<std::int64_t> shape{3, 8, 5, 5};
  for (const bool second_counts : {true, false}) {
    std::vector<std::vector<torch::Tensor>> gradients;
    for (const bool forks : {false, true}) {
      torch::manual_seed(9);
      const auto leaf = [&] { return random_map(shape, torch::kDouble, torch::MemoryFormat::ChannelsLast); };
      const torch::Tensor x = leaf().requires_grad_(), residual = leaf().requires_grad_();
      const torch::Tensor weight = torch::rand(8, torch::kDouble).requires_grad_();
      const torch::Tensor bias = torch::rand(8, torch::kDouble).requires_grad_();
      const torch::Tensor of_first = leaf(), of_second = leaf();
      const kernels::NormInput input{x, residual, weight, bias, kernels::NormTail::kAddRelu};
      kernels::Fork y;
      if (forks) {
        y = kernels::forked_norm(input, 1e-5, {});
        EXPECT_EQ(y.first.data_ptr(), y.second.data_ptr()) << "no second copy";
      } else {
        y.first = y.second = kernels::fused_norm(input, 1e-5, {});
      }
      torch::Tensor loss = (y.first * of_first).sum();
      if (second_counts) loss = loss + (y.second * of_second).sum();
      loss.backward();
      gradients.push_back({x.grad(), residual.grad(), weight.grad(), bias.grad()});
    }
    for (std::size_t i = 0; i < gradients[0].size(); ++i)
      EXPECT_LT(difference(gradients[0][i], gradients[1][i]), 1e-14) << "gradient " << i << ", " << second_counts;
  }
}

TEST(FusedNormFaults, NanReachesTheOutput) {
  for (const auto tail : {kernels::NormTail::kNothing, kernels::NormTail::kRelu, kernels::NormTail::kAddRelu}) {
    for (const auto dtype : {torch::kFloat, torch::kBFloat16}) {
      Norm norm(4, {});
      torch::Tensor x = torch::randn({2, 4, 5, 5}).to(dtype);
      x.index_put_({1, 2, 3, 3}, std::numeric_limits<double>::quiet_NaN());
      const torch::Tensor y = call(norm, tail, x, torch::randn({2, 4, 5, 5}).to(dtype));
      EXPECT_TRUE(y.select(1, 2).isnan().all().item<bool>());
      EXPECT_FALSE(y.select(1, 1).isnan().any().item<bool>());
    }
  }
}

TEST(FusedNormFaults, ASingleValuePerChannelIsRefusedAsByLibTorch) {
  for (const bool fused : {false, true}) {
    Norm norm(4, {.fused = fused});
    EXPECT_THROW(norm.relu(torch::randn({1, 4, 1, 1})), c10::Error) << fused;
  }
}

TEST(FusedNormFaults, AnEmptyBatchGoesTheWayOfLibTorch) {
  Norm norm(4, {});
  EXPECT_EQ(norm.relu(torch::randn({0, 4, 3, 3})).sizes(), (std::vector<std::int64_t>{0, 4, 3, 3}));
}

// Not covered: gradients in evaluation mode, and maps that are not dense.
TEST(FusedNormFaults, WhatIsNotCoveredIsComputedAllTheSame) {
  Norm fused = random_norm(6, true, torch::kDouble);
  Norm plain = random_norm(6, false, torch::kDouble);
  const torch::Tensor every_other = torch::randn({4, 12, 5, 5}, torch::kDouble).slice(1, 0, 12, 2);
  EXPECT_LT(difference(plain.relu(every_other), fused.relu(every_other)), 1e-12);
  module_of(fused)->eval();
  module_of(plain)->eval();
  std::vector<torch::Tensor> gradients;
  for (Norm* norm : {&plain, &fused}) {
    const torch::Tensor x = every_other.clone().requires_grad_();
    norm->relu(x).square().sum().backward();
    gradients.push_back(x.grad());
  }
  EXPECT_LT(difference(gradients[0], gradients[1]), 1e-12);
}

}  // namespace
}  // namespace scalemark::nn
