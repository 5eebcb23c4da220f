// The GPU's kernel that fills buckets, block by block and thread by thread on the host: the bits of one at::mul_out per
// copy.

#include "kernels/scaled_copies.h"

#include <ATen/Context.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <vector>

#include "kernels/emulated_block.h"
#include "kernels/scaled_copies_launcher.h"

namespace scalemark::nn {
namespace {

using kernels::ScaledCopy;
constexpr double kThird = 1.0 / 3;  // no power of two: where it is rounded shows

class EmulatedScaledCopiesLauncher final : public kernels::ScaledCopiesLauncher {
 public:
  explicit EmulatedScaledCopiesLauncher(ThreadOrder order = ThreadOrder::kForward) : order_(order) {}

  void run(c10::ScalarType from, c10::ScalarType to, const kernels::ScaledCopiesPass& pass) const override {
    ++launches;
    if (from == c10::kFloat) run_from<float>(to, pass);
    if (from == c10::kBFloat16) run_from<c10::BFloat16>(to, pass);
    if (from == c10::kHalf) run_from<c10::Half>(to, pass);
  }

  c10::DeviceType device_type() const override { return c10::DeviceType::CPU; }

  mutable int launches = 0;

 private:
  template <typename From>
  void run_from(c10::ScalarType to, const kernels::ScaledCopiesPass& pass) const {
    if (to == c10::kFloat) run_blocks<From, float>(pass);
    if (to == c10::kBFloat16) run_blocks<From, c10::BFloat16>(pass);
    if (to == c10::kHalf) run_blocks<From, c10::Half>(pass);
  }

  template <typename From, typename To>
  void run_blocks(const kernels::ScaledCopiesPass& pass) const {
    const kernels::KernelShape shape = kernels::shape_of(pass);
    for (int x = 0; x < shape.blocks_x; ++x) {
      EmulatedBlock block(x, 0, shape, order_);
      kernels::copy_scaled<From, To>(block, pass);
    }
  }

  ThreadOrder order_;
};

torch::Tensor expected_of(const ScaledCopy& copy, double factor) {
  torch::Tensor expected = torch::empty_like(copy.to);
  at::mul_out(expected, copy.from, kernels::factor_between(expected, copy.from.scalar_type(), factor));
  return expected;
}

/// Gradients of the shapes, and their places one behind the other in a bucket.
std::vector<ScaledCopy> copies_into_bucket(const std::vector<std::vector<std::int64_t>>& shapes, torch::Dtype from,
                                           torch::Dtype to) {
  torch::manual_seed(2);
  std::vector<ScaledCopy> copies;
  std::int64_t elements = 0;
  for (const auto& shape : shapes) elements += torch::empty(shape).numel();
  const torch::Tensor bucket = torch::full({elements}, -77, to);
  std::int64_t offset = 0;
  for (const auto& shape : shapes) {
    torch::Tensor gradient = torch::randn(shape).mul_(100).to(from);
    if (gradient.dim() == 4) gradient = gradient.contiguous(torch::MemoryFormat::ChannelsLast);
    copies.push_back({gradient, bucket.as_strided(gradient.sizes(), gradient.strides(), offset)});
    offset += gradient.numel();
  }
  return copies;
}

void expect_made(const std::vector<ScaledCopy>& copies, double factor) {
  for (std::size_t i = 0; i < copies.size(); ++i) {
    EXPECT_TRUE(torch::equal(copies[i].to, expected_of(copies[i], factor))) << "copy " << i;
  }
}

const std::vector<std::vector<std::int64_t>> kShapes{{10}, {64, 3, 3, 3}, {64}, {0}, {8, 512, 3, 3}, {1}, {10, 512}};

TEST(ScaledCopies, HaveTheBitsOfOneOperatorEach) {
  for (const auto from : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
    for (const auto to : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
      for (const ThreadOrder order : {ThreadOrder::kForward, ThreadOrder::kBackward}) {
        SCOPED_TRACE(c10::str(from, " to ", to));
        const EmulatedScaledCopiesLauncher launcher(order);
        const auto copies = copies_into_bucket(kShapes, from, to);
        kernels::scaled_copies_by(launcher, copies, kThird);
        expect_made(copies, kThird);
        EXPECT_EQ(launcher.launches, 1);
      }
    }
  }
}

TEST(ScaledCopies, TakeALaunchPerPairOfTypes) {
  const EmulatedScaledCopiesLauncher launcher;
  auto copies = copies_into_bucket(kShapes, torch::kFloat, torch::kFloat);
  for (const auto& copy : copies_into_bucket(kShapes, torch::kBFloat16, torch::kFloat)) copies.push_back(copy);
  kernels::scaled_copies_by(launcher, copies, kThird);
  expect_made(copies, kThird);
  EXPECT_EQ(launcher.launches, 2);
}

TEST(ScaledCopies, TakeAnotherLaunchWhereOneIsFull) {
  const EmulatedScaledCopiesLauncher launcher;
  const std::vector<std::vector<std::int64_t>> shapes(2 * kernels::kMostCopies + 1, {7});
  const auto copies = copies_into_bucket(shapes, torch::kFloat, torch::kHalf);
  kernels::scaled_copies_by(launcher, copies, kThird);
  expect_made(copies, kThird);
  EXPECT_EQ(launcher.launches, 3);
}

// Whole blocks, one element less and one more.
TEST(ScaledCopies, ReachTheEndOfEachAndNoFurther) {
  const EmulatedScaledCopiesLauncher launcher;
  const auto whole = kernels::kCopyElements;
  const auto copies =
      copies_into_bucket({{whole}, {whole - 1}, {whole + 1}, {2 * whole}}, torch::kFloat, torch::kFloat);
  kernels::scaled_copies_by(launcher, {copies[0], copies[2]}, kThird);
  expect_made({copies[0], copies[2]}, kThird);
  for (const auto& untouched : {copies[1], copies[3]}) EXPECT_TRUE(untouched.to.eq(-77).all().item<bool>());
}

TEST(ScaledCopies, LeaveToLibTorchWhatLiesOtherwise) {
  const EmulatedScaledCopiesLauncher launcher;
  const torch::Tensor planes = torch::randn({4, 3, 5, 5});
  const torch::Tensor every_other = torch::randn({20}).slice(0, 0, 20, 2);
  const std::vector<ScaledCopy> copies{
      {planes, torch::empty_like(planes).contiguous(torch::MemoryFormat::ChannelsLast)},
      {every_other, torch::empty({10})},
      {torch::randn({6}, torch::kDouble), torch::empty({6}, torch::kDouble)}};
  kernels::scaled_copies_by(launcher, copies, kThird);
  expect_made(copies, kThird);
  EXPECT_EQ(launcher.launches, 0);
}

// The stride of an axis of one value is anything.
TEST(ScaledCopies, TakeKernelsOfOnePixelInEitherLayout) {
  const EmulatedScaledCopiesLauncher launcher;
  const torch::Tensor gradient = torch::randn({8, 4, 1, 1});
  const torch::Tensor place = torch::empty(32).as_strided({8, 4, 1, 1}, {4, 1, 4, 4});
  kernels::scaled_copies_by(launcher, {{gradient, place}}, kThird);
  expect_made({{gradient, place}}, kThird);
  EXPECT_EQ(launcher.launches, 1);
}

TEST(ScaledCopies, OnTheHostAreLibTorchs) {
  const auto copies = copies_into_bucket(kShapes, torch::kBFloat16, torch::kFloat);
  kernels::scaled_copies(copies, kThird);
  expect_made(copies, kThird);
  kernels::scaled_copies({}, kThird);
}

// The one thing that needs a GPU: that its compiler and its memory give the same.
TEST(ScaledCopiesOnGpu, HaveTheBitsOfTheHost) {
  if (!at::hasCUDA() || kernels::cuda_scaled_copies_launcher() == nullptr) GTEST_SKIP() << "no CUDA device here";
  for (const auto from : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
    for (const auto to : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
      SCOPED_TRACE(c10::str(from, " to ", to));
      std::vector<ScaledCopy> there;
      const auto copies = copies_into_bucket(kShapes, from, to);
      for (const auto& copy : copies) there.push_back({copy.from.cuda(), copy.to.cuda()});
      kernels::scaled_copies(there, kThird);
      for (std::size_t i = 0; i < copies.size(); ++i) {
        EXPECT_TRUE(torch::equal(there[i].to.cpu(), expected_of(copies[i], kThird))) << "copy " << i;
      }
    }
  }
}

}  // namespace
}  // namespace scalemark::nn
