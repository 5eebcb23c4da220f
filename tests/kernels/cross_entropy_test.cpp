// The fused loss and its gradient, block by block and thread by thread on the host, against LibTorch's operators in
// fp64.

#include "kernels/cross_entropy.h"

#include <ATen/Context.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#include <gtest/gtest.h>
#include <torch/nn/functional/loss.h>
#include <torch/types.h>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>

#include "kernels/cross_entropy_launcher.h"
#include "kernels/emulated_block.h"
#include "nn/training_step.h"

namespace scalemark::nn {
namespace {

class EmulatedCrossEntropyLauncher final : public kernels::CrossEntropyLauncher {
 public:
  explicit EmulatedCrossEntropyLauncher(ThreadOrder order) : order_(order) {}

  void run(kernels::CrossEntropyStage stage, c10::ScalarType dtype,
           const kernels::CrossEntropyPass& pass) const override {
    if (dtype == c10::kFloat) run_in<float>(stage, pass);
    if (dtype == c10::kBFloat16) run_in<c10::BFloat16>(stage, pass);
    if (dtype == c10::kHalf) run_in<c10::Half>(stage, pass);
  }

 private:
  template <typename Value>
  void run_in(kernels::CrossEntropyStage stage, const kernels::CrossEntropyPass& pass) const {
    const kernels::KernelShape shape = kernels::shape_of(pass);
    for (int y = 0; y < shape.blocks_y; ++y) {
      EmulatedBlock block(0, y, shape, order_);
      if (stage == kernels::CrossEntropyStage::kLosses)
        run_stage<Value, kernels::CrossEntropyStage::kLosses>(block, pass);
      if (stage == kernels::CrossEntropyStage::kGradient)
        run_stage<Value, kernels::CrossEntropyStage::kGradient>(block, pass);
    }
  }

  ThreadOrder order_;
};

constexpr int kParts = 2;
constexpr double kLossScale = 8;

struct LossOutcome {
  torch::Tensor loss, gradient;
};

template <typename Loss>
LossOutcome outcome_of(const torch::Tensor& logits, Loss&& loss_of) {
  const torch::Tensor leaf = logits.detach().clone().requires_grad_();
  const torch::Tensor loss = loss_of(leaf);
  (loss * kLossScale).backward();
  return {loss.detach(), leaf.grad()};
}

LossOutcome by_operators_in_fp64(const torch::Tensor& logits, const torch::Tensor& labels) {
  return outcome_of(logits.to(torch::kDouble), [&](const torch::Tensor& leaf) {
    return torch::nn::functional::cross_entropy(leaf, labels) / kParts;
  });
}

LossOutcome by_blocks(const torch::Tensor& logits, const torch::Tensor& labels,
                      ThreadOrder order = ThreadOrder::kForward) {
  const EmulatedCrossEntropyLauncher launcher(order);
  return outcome_of(
      logits, [&](const torch::Tensor& leaf) { return kernels::cross_entropy_by(launcher, leaf, labels, kParts); });
}

torch::Tensor random_labels(std::int64_t rows, std::int64_t classes) {
  return torch::randint(classes, {rows}, torch::kLong);
}

struct Shape {
  std::int64_t rows, classes;
};

/// Of the outcome's own rounding to the type of the logits.
double tolerance(torch::Dtype dtype) {
  if (dtype == torch::kFloat) return 1e-6;
  return dtype == torch::kHalf ? 1e-3 : 8e-3;
}

class CrossEntropyStages : public testing::TestWithParam<std::tuple<Shape, torch::Dtype>> {};

TEST_P(CrossEntropyStages, AgreeWithTheOperators) {
  const auto [shape, dtype] = GetParam();
  torch::manual_seed(3);
  const torch::Tensor logits = torch::randn({shape.rows, shape.classes}).mul_(4).to(dtype);
  const torch::Tensor labels = random_labels(shape.rows, shape.classes);
  const LossOutcome expected = by_operators_in_fp64(logits, labels);
  const LossOutcome found = by_blocks(logits, labels);
  EXPECT_EQ(found.loss.scalar_type(), torch::kFloat);
  EXPECT_EQ(found.gradient.scalar_type(), dtype);
  EXPECT_NEAR(found.loss.item<double>(), expected.loss.item<double>(), 1e-6 * expected.loss.item<double>());
  EXPECT_LE(relative_difference({expected.gradient}, {found.gradient.to(torch::kDouble)}), tolerance(dtype));
}

TEST_P(CrossEntropyStages, DoNotDependOnTheOrderOfThreads) {
  const auto [shape, dtype] = GetParam();
  const torch::Tensor logits = torch::randn({shape.rows, shape.classes}).to(dtype);
  const torch::Tensor labels = random_labels(shape.rows, shape.classes);
  const LossOutcome forward = by_blocks(logits, labels);
  const LossOutcome backward = by_blocks(logits, labels, ThreadOrder::kBackward);
  EXPECT_TRUE(torch::equal(forward.loss, backward.loss));
  EXPECT_TRUE(torch::equal(forward.gradient, backward.gradient));
}

INSTANTIATE_TEST_SUITE_P(ShapesAndTypes, CrossEntropyStages,
                         testing::Combine(testing::Values(Shape{1, 2}, Shape{7, 10}, Shape{9, 33}, Shape{32, 200},
                                                          Shape{17, 1000}),
                                          testing::Values(torch::kFloat, torch::kBFloat16, torch::kHalf)));

TEST(CrossEntropy, OfLargeLogitsDoesNotOverflow) {
  const torch::Tensor logits = torch::tensor({{3e4F, -3e4F, 2.9e4F}, {-3e4F, -3e4F, -3e4F}});
  const torch::Tensor labels = torch::tensor({1, 2}, torch::kLong);
  const LossOutcome expected = by_operators_in_fp64(logits, labels);
  const LossOutcome found = by_blocks(logits, labels);
  EXPECT_FLOAT_EQ(found.loss.item<float>(), expected.loss.item<float>());
  EXPECT_TRUE(torch::allclose(found.gradient, expected.gradient.to(torch::kFloat)));
}

TEST(CrossEntropy, TakesAClassThatIsRuledOut) {
  const float infinity = std::numeric_limits<float>::infinity();
  const torch::Tensor logits = torch::tensor({{-infinity, 1.0F, 2.0F}});
  const torch::Tensor labels = torch::tensor({1}, torch::kLong);
  EXPECT_FLOAT_EQ(by_blocks(logits, labels).loss.item<float>(),
                  by_operators_in_fp64(logits, labels).loss.item<float>());
}

TEST(CrossEntropy, ShowsWhatIsNoNumber) {
  for (std::int64_t place = 0; place < 40; ++place) {
    torch::Tensor logits = torch::randn({1, 40});
    logits[0][place] = std::nan("");
    EXPECT_TRUE(std::isnan(by_blocks(logits, torch::tensor({3}, torch::kLong)).loss.item<float>())) << place;
  }
}

TEST(CrossEntropy, IsNoNumberForALabelThatIsNoClass) {
  for (const std::int64_t label : {-1, 4}) {
    const LossOutcome found = by_blocks(torch::randn({2, 4}), torch::tensor({std::int64_t{0}, label}));
    EXPECT_TRUE(std::isnan(found.loss.item<float>())) << label;
    EXPECT_FALSE(found.gradient[0].isnan().any().item<bool>());
    EXPECT_TRUE(found.gradient[1].isnan().all().item<bool>());
  }
}

// In fp16 a gradient of a large batch is below the smallest value, and by a loss scale it is not.
TEST(CrossEntropy, RoundsTheGradientOnceItIsScaled) {
  constexpr std::int64_t kRows = 4096;
  const torch::Tensor logits = torch::tensor({{0.0F, 10.0F}}).repeat({kRows, 1}).to(torch::kHalf);
  const torch::Tensor labels = torch::ones({kRows}, torch::kLong);
  const torch::Tensor leaf = logits.clone().requires_grad_();
  const EmulatedCrossEntropyLauncher launcher(ThreadOrder::kForward);
  (kernels::cross_entropy_by(launcher, leaf, labels, 1) * 65536).backward();
  const double expected = 65536 / static_cast<double>(kRows) / (1 + std::exp(10.0));
  EXPECT_NEAR(leaf.grad()[0][0].item<double>(), expected, 1e-3 * expected);
}

TEST(CrossEntropy, OnTheHostIsThatOfLibTorch) {
  const torch::Tensor logits = torch::randn({6, 5}, torch::kDouble);
  const torch::Tensor labels = random_labels(6, 5);
  const torch::Tensor expected = torch::nn::functional::cross_entropy(logits, labels);
  EXPECT_TRUE(torch::equal(kernels::cross_entropy(logits, labels, 1, /*fused=*/true), expected));
  EXPECT_TRUE(torch::equal(kernels::cross_entropy(logits, labels, kParts, /*fused=*/true), expected / kParts));
  const torch::Tensor rounded = logits.to(torch::kBFloat16);
  EXPECT_TRUE(torch::equal(kernels::cross_entropy(rounded, labels, 1, /*fused=*/true),
                           torch::nn::functional::cross_entropy(rounded.to(torch::kFloat), labels)));
}

// The one thing that needs a GPU: that its compiler, its barriers and its memory give the same.
TEST(CrossEntropyOnGpu, AgreesWithTheEmulation) {
  if (!at::hasCUDA() || kernels::cuda_cross_entropy_launcher() == nullptr) GTEST_SKIP() << "no CUDA device here";
  for (const auto dtype : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
    const torch::Tensor logits = torch::randn({300, 1000}).to(dtype);
    const torch::Tensor labels = random_labels(300, 1000);
    const LossOutcome expected = by_blocks(logits, labels);
    const LossOutcome found = outcome_of(logits.cuda(), [&](const torch::Tensor& leaf) {
      return kernels::cross_entropy(leaf, labels.cuda(), kParts, /*fused=*/true);
    });
    EXPECT_NEAR(found.loss.item<double>(), expected.loss.item<double>(), 1e-5);
    EXPECT_LE(relative_difference({expected.gradient.to(torch::kDouble)}, {found.gradient.cpu().to(torch::kDouble)}),
              tolerance(dtype));
  }
}

}  // namespace
}  // namespace scalemark::nn
