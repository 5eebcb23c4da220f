// Batch norm whose moments are those of several ranks' batches, against LibTorch's batch norm of the whole batch. The
// ranks are threads, and their batches differ in size.

#include <gtest/gtest.h>
#include <torch/nn/functional/pooling.h>
#include <torch/types.h>

#include <barrier>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "kernels/emulated_norm_launcher.h"
#include "kernels/fused_norm.h"
#include "kernels/norm_kernels_by_operators.h"
#include "kernels/norm_kernels_by_stages.h"
#include "kernels/rank_moments.h"
#include "nn/training_step.h"

namespace scalemark::nn {
namespace {

constexpr double kEpsilonOfRanks = 1e-5;
constexpr double kMomentumOfRanks = 0.1;
const std::vector<std::int64_t> kBatches{2, 4, 1};  // by rank

/// Where the threads meet.
class MeetingPoint {
 public:
  explicit MeetingPoint(int ranks) : parts_(ranks), barrier_(ranks) {}

  at::Tensor exchange(int rank, const at::Tensor& mine) {
    parts_[rank] = mine.clone();
    barrier_.arrive_and_wait();
    at::Tensor all = at::stack(parts_);
    barrier_.arrive_and_wait();
    return all;
  }

 private:
  std::vector<at::Tensor> parts_;
  std::barrier<> barrier_;
};

class RankOfThreads final : public kernels::NormRanks {
 public:
  RankOfThreads(MeetingPoint& meeting, int rank) : meeting_(meeting), rank_(rank) {}
  at::Tensor gather(const at::Tensor& mine) override { return meeting_.exchange(rank_, mine); }
  void sum(const at::Tensor& mine) override { mine.copy_(meeting_.exchange(rank_, mine).sum(0)); }

 private:
  MeetingPoint& meeting_;
  int rank_;
};

/// What a step of one norm takes and gives; the whole batch's, or a rank's part of it.
struct NormOfRanks {
  at::Tensor x, residual, weight, bias, output_gradient;
  kernels::RunningStatistics running;
  at::Tensor y;
};

using StepOfNorm = std::function<at::Tensor(NormOfRanks& step, kernels::NormRanks* ranks)>;

NormOfRanks whole_batch(const std::vector<std::int64_t>& shape, torch::Dtype dtype, torch::MemoryFormat layout,
                        double offset, bool pools) {
  torch::manual_seed(5);
  const auto map = [&](std::vector<std::int64_t> sizes, double mean) {
    return torch::randn(sizes, torch::kDouble).mul_(2).add_(mean).to(dtype).contiguous(layout);
  };
  std::vector<std::int64_t> out = shape;
  if (pools) out = {shape[0], shape[1], (shape[2] + 1) / 2, (shape[3] + 1) / 2};
  const auto values = torch::TensorOptions(dtype);
  return {map(shape, offset),
          map(shape, 0),
          torch::rand({shape[1]}, values).sub_(0.5),
          torch::rand({shape[1]}, values).sub_(0.5),
          map(out, 0),
          {torch::full({shape[1]}, 0.25, values), torch::full({shape[1]}, 0.75, values),
           torch::full({}, 7, torch::kLong), kMomentumOfRanks},
          {}};
}

void run(NormOfRanks& step, kernels::NormRanks* ranks, const StepOfNorm& forward) {
  for (at::Tensor* leaf : {&step.x, &step.residual, &step.weight, &step.bias})
    *leaf = leaf->detach().clone(torch::MemoryFormat::Preserve).requires_grad_();
  for (at::Tensor* kept : {&step.running.mean, &step.running.variance, &step.running.batches}) *kept = kept->clone();
  step.y = forward(step, ranks);
  step.y.backward(step.output_gradient);
}

std::vector<NormOfRanks> by_ranks(const NormOfRanks& whole, const StepOfNorm& forward) {
  const auto parts_of = [](const at::Tensor& tensor) { return tensor.split_with_sizes(kBatches); };
  std::vector<NormOfRanks> steps(kBatches.size(), whole);
  MeetingPoint meeting(static_cast<int>(steps.size()));
  std::vector<std::jthread> threads;
  threads.reserve(steps.size());
  for (std::size_t rank = 0; rank < steps.size(); ++rank) {
    threads.emplace_back([&, rank] {
      NormOfRanks& mine = steps[rank];
      for (at::Tensor* map : {&mine.x, &mine.residual, &mine.output_gradient}) *map = parts_of(*map)[rank];
      RankOfThreads ranks(meeting, static_cast<int>(rank));
      run(mine, &ranks, forward);
    });
  }
  threads.clear();
  return steps;
}

NormOfRanks by_libtorch(const NormOfRanks& whole, kernels::NormTail tail, bool pools) {
  NormOfRanks step = whole;
  for (at::Tensor* one : {&step.x, &step.residual, &step.weight, &step.bias, &step.output_gradient, &step.running.mean,
                          &step.running.variance})
    *one = one->to(torch::kDouble);
  run(step, nullptr, [&](NormOfRanks& s, kernels::NormRanks*) {
    at::Tensor y = torch::batch_norm(s.x, s.weight, s.bias, s.running.mean, s.running.variance, /*training=*/true,
                                     kMomentumOfRanks, kEpsilonOfRanks, /*cudnn_enabled=*/false);
    if (tail == kernels::NormTail::kAddRelu) y = y + s.residual;
    if (tail != kernels::NormTail::kNothing) y = y.relu();
    return pools ? torch::max_pool2d(y, 3, 2, 1) : y;
  });
  return step;
}

void expect_one_batch(const NormOfRanks& whole, const std::vector<NormOfRanks>& ranks, bool adds, double tolerance,
                      const std::string& name) {
  std::vector<at::Tensor> y, x, residual;
  for (auto* parts : {&y, &x, &residual}) parts->reserve(ranks.size());
  at::Tensor weight = at::zeros_like(whole.weight);
  at::Tensor bias = at::zeros_like(whole.bias);
  for (const NormOfRanks& rank : ranks) {
    y.push_back(rank.y);
    x.push_back(rank.x.grad());
    if (adds) residual.push_back(rank.residual.grad());
    weight += rank.weight.grad();
    bias += rank.bias.grad();
    EXPECT_LT(difference(whole.running.mean, rank.running.mean), tolerance) << name;
    EXPECT_LT(difference(whole.running.variance, rank.running.variance), tolerance) << name;
    EXPECT_EQ(rank.running.batches.item<std::int64_t>(), 8) << name;
  }
  EXPECT_LT(difference(whole.y, at::cat(y)), tolerance) << name;
  EXPECT_LT(difference(whole.x.grad(), at::cat(x)), tolerance) << name;
  if (adds) {
    EXPECT_LT(difference(whole.residual.grad(), at::cat(residual)), tolerance) << name;
  }
  EXPECT_LT(difference(whole.weight.grad(), weight), tolerance) << name;
  EXPECT_LT(difference(whole.bias.grad(), bias), tolerance) << name;
}

void compare(const kernels::NormKernels& norm_kernels, torch::Dtype dtype, torch::MemoryFormat layout, double offset,
             double tolerance) {
  for (const auto tail : {kernels::NormTail::kNothing, kernels::NormTail::kRelu, kernels::NormTail::kAddRelu}) {
    const bool adds = tail == kernels::NormTail::kAddRelu;
    const NormOfRanks whole = whole_batch({7, 8, 4, 6}, dtype, layout, offset, /*pools=*/false);
    const auto forward = [&](NormOfRanks& step, kernels::NormRanks* ranks) {
      const kernels::NormInput input{step.x, adds ? step.residual : at::Tensor(), step.weight, step.bias, tail};
      EXPECT_TRUE(norm_kernels.cover(input));
      if (norm_kernels.adds_gradients() && adds)
        return kernels::forked_norm(input, kEpsilonOfRanks, step.running, {ranks, &norm_kernels}).first;
      return kernels::fused_norm(input, kEpsilonOfRanks, step.running, {ranks, &norm_kernels});
    };
    expect_one_batch(by_libtorch(whole, tail, false), by_ranks(whole, forward), adds, tolerance,
                     c10::str("tail ", static_cast<int>(tail), ", offset ", offset));
  }
}

constexpr auto kChannelsLastMaps = torch::MemoryFormat::ChannelsLast;
constexpr auto kPlaneMaps = torch::MemoryFormat::Contiguous;

TEST(RankNorm, OfTheCpusKernelsIsThatOfTheWholeBatch) {
  for (const auto layout : {kChannelsLastMaps, kPlaneMaps}) {
    compare(kernels::cpu_norm_kernels(), torch::kDouble, layout, 0.5, 1e-12);
    compare(kernels::cpu_norm_kernels(), torch::kFloat, layout, 0.5, 1e-5);
  }
}

TEST(RankNorm, OfLibTorchsOperatorsIsThatOfTheWholeBatch) {
  for (const auto layout : {kChannelsLastMaps, kPlaneMaps})
    compare(kernels::norm_kernels_by_operators(), torch::kDouble, layout, 0.5, 1e-12);
}

// The sum of squares of such values has lost six more digits.
TEST(RankNorm, KeepsItsDigitsFarFromZero) {
  compare(kernels::cpu_norm_kernels(), torch::kDouble, kPlaneMaps, 1e6, 1e-8);
  compare(kernels::norm_kernels_by_operators(), torch::kDouble, kPlaneMaps, 1e6, 1e-8);
}

TEST(RankNorm, OfTheGpusStagesIsThatOfTheWholeBatch) {
  const EmulatedNormLauncher launcher(ThreadOrder::kForward);
  const kernels::NormKernelsByStages by_stages(launcher);
  for (const auto layout : {kChannelsLastMaps, kPlaneMaps}) compare(by_stages, torch::kFloat, layout, 0.5, 1e-5);
}

TEST(RankNorm, PoolsAsTheWholeBatch) {
  const NormOfRanks whole = whole_batch({7, 8, 5, 6}, torch::kDouble, kChannelsLastMaps, 0.5, /*pools=*/true);
  const auto forward = [](NormOfRanks& step, kernels::NormRanks* ranks) {
    const kernels::NormInput input{step.x, {}, step.weight, step.bias, kernels::NormTail::kRelu};
    return kernels::pooled_norm(input, kEpsilonOfRanks, step.running, ranks);
  };
  expect_one_batch(by_libtorch(whole, kernels::NormTail::kRelu, true), by_ranks(whole, forward), false, 1e-12,
                   "pooled");
}

}  // namespace
}  // namespace scalemark::nn
