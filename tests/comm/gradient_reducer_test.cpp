#include "comm/gradient_reducer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <numeric>

#include "comm/backend.h"
#include "comm/small_network.h"
#include "core/error.h"

namespace scalemark::comm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Schedule = GradientReducer::Schedule;

/// The mean over the ranks' data, computed on this rank alone.
std::vector<torch::Tensor> mean_gradients(int ranks) {
  std::vector<torch::Tensor> mean;
  for (int rank = 0; rank < ranks; ++rank) {
    const SmallNetwork network;
    network.loss(rank).backward();
    const auto of_rank = gradients_of(network.parameters());
    for (std::size_t i = 0; i < of_rank.size(); ++i) {
      if (rank == 0) mean.push_back(torch::zeros_like(of_rank[i]));
      mean[i] += of_rank[i] / ranks;
    }
  }
  return mean;
}

class GradientReducerTest : public ::testing::Test {
 protected:
  std::vector<torch::Tensor> train_once(const SmallNetwork& network, GradientReducer& reducer, Schedule schedule) {
    reducer.begin(schedule);
    network.loss(communicator_->rank()).backward();
    reducer.finalize();
    return gradients_of(network.parameters());
  }

  std::unique_ptr<Communicator> communicator_ = make_communicator(at::kCPU);
};

/// Small enough that the network has a bucket per parameter.
constexpr BucketLayout kOneEach{8, 8};

void expect_close(const std::vector<torch::Tensor>& actual, const std::vector<torch::Tensor>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    EXPECT_LE((actual[i] - expected[i]).norm().item<double>(), 1e-13 * expected[i].norm().item<double>());
  }
}

TEST_F(GradientReducerTest, GradientsAreTheMeanOverRanks) {
  const auto expected = mean_gradients(communicator_->size());
  for (const BucketLayout& layout : {BucketLayout{}, kOneEach}) {
    const SmallNetwork network;
    GradientReducer reducer(network.parameters(), {2, 1, 0}, *communicator_, layout);
    attach(network, reducer);
    // Twice: the second step must not see the first one's gradients.
    for (int step = 0; step < 2; ++step) {
      expect_close(train_once(network, reducer, Schedule::kOverlapped), expected);
    }
  }
}

TEST_F(GradientReducerTest, ReducingAfterBackwardGivesTheSameBits) {
  const SmallNetwork network;
  GradientReducer reducer(network.parameters(), {2, 1, 0}, *communicator_, kOneEach);
  attach(network, reducer);
  const auto overlapped = train_once(network, reducer, Schedule::kOverlapped);
  const auto after = train_once(network, reducer, Schedule::kAfterBackward);
  for (std::size_t i = 0; i < after.size(); ++i) EXPECT_TRUE(torch::equal(after[i], overlapped[i]));
}

TEST_F(GradientReducerTest, ChannelsLastParametersKeepTheirLayout) {
  const SmallNetwork network(torch::MemoryFormat::ChannelsLast);
  GradientReducer reducer(network.parameters(), {2, 1, 0}, *communicator_, {});
  attach(network, reducer);
  expect_close(train_once(network, reducer, Schedule::kOverlapped), mean_gradients(communicator_->size()));
  EXPECT_EQ(network.kernel.grad().strides(), network.kernel.strides());
}

TEST_F(GradientReducerTest, GradientsAreViewsOfTheBuckets) {
  if (communicator_->size() == 1) GTEST_SKIP() << "a single rank keeps the gradients as backward made them";
  const SmallNetwork network;
  GradientReducer reducer(network.parameters(), {2, 1, 0}, *communicator_, {});
  attach(network, reducer);
  train_once(network, reducer, Schedule::kOverlapped);
  EXPECT_TRUE(network.kernel.grad().is_alias_of(network.weight.grad()));
}

TEST_F(GradientReducerTest, RanksMayFinishGradientsInDifferentOrders) {
  const int ranks = communicator_->size();
  std::vector<NamedParameter> parameters;
  parameters.reserve(4);
  for (int i = 0; i < 4; ++i) parameters.push_back({"p", torch::zeros({1000 + i}, torch::requires_grad())});
  GradientReducer reducer(parameters, {0, 1, 2, 3}, *communicator_, kOneEach);
  reducer.begin(Schedule::kOverlapped);
  for (int i = 0; i < 4; ++i) {
    const int mine = (i + communicator_->rank()) % 4;
    torch::Tensor& parameter = parameters[static_cast<std::size_t>(mine)].tensor;
    parameter.mutable_grad() = torch::full_like(parameter, static_cast<double>(mine * ranks + communicator_->rank()));
    reducer.add(static_cast<std::size_t>(mine));
  }
  reducer.finalize();
  for (int i = 0; i < 4; ++i) {
    const torch::Tensor& grad = parameters[static_cast<std::size_t>(i)].tensor.grad();
    EXPECT_TRUE(torch::equal(grad, torch::full_like(grad, i * ranks + (ranks - 1) / 2.0)));
  }
}

TEST_F(GradientReducerTest, TellsWhenABucketIsReady) {
  const SmallNetwork network;
  GradientReducer reducer(network.parameters(), {2, 1, 0}, *communicator_, kOneEach);
  std::vector<std::size_t> ready;
  reducer.set_bucket_ready_callback([&](std::size_t bucket) { ready.push_back(bucket); });
  reducer.begin(Schedule::kAfterBackward);
  // Bucket 0 holds the last parameter. What is full is told when it is full, whichever is reduced first.
  for (const std::size_t parameter : {1, 2, 0}) {
    torch::Tensor tensor = network.parameters()[parameter].tensor;
    tensor.mutable_grad() = torch::zeros_like(tensor);
    reducer.add(parameter);
  }
  reducer.finalize();
  EXPECT_EQ(ready, std::vector<std::size_t>({1, 0, 2}));
  EXPECT_EQ(reducer.bucket_bytes(), std::vector<std::int64_t>({480 * 8L, 6 * 8L, 216 * 8L}));
}

TEST_F(GradientReducerTest, CompressedGradientsAreTheMeanWithinRoundingAndTakeTwoBytesEach) {
  const auto expected = mean_gradients(communicator_->size());
  // One rounding to float16 or bfloat16 of each rank's share, and one per addition: half a unit in the last place each.
  for (const auto& [type, unit] : {std::pair{at::kHalf, 0x1p-11}, std::pair{at::kBFloat16, 0x1p-8}}) {
    const SmallNetwork network;
    BucketLayout layout = kOneEach;
    layout.wire_type = type;
    GradientReducer reducer(network.parameters(), {2, 1, 0}, *communicator_, layout);
    attach(network, reducer);
    EXPECT_EQ(reducer.bucket_bytes(), std::vector<std::int64_t>({480 * 2L, 6 * 2L, 216 * 2L}));
    const auto compressed = train_once(network, reducer, Schedule::kOverlapped);
    for (std::size_t i = 0; i < compressed.size(); ++i) {
      EXPECT_EQ(compressed[i].scalar_type(), torch::kDouble);
      const double error = (compressed[i] - expected[i]).norm().item<double>() / expected[i].norm().item<double>();
      EXPECT_LE(error, communicator_->size() * unit * 2);
      if (communicator_->size() > 1) {
        EXPECT_GT(error, unit / 16) << "nothing was compressed";
      }
      // No rank may go its own way.
      torch::Tensor of_last = compressed[i].clone();
      communicator_->broadcast(of_last, communicator_->size() - 1);
      EXPECT_TRUE(torch::equal(compressed[i], of_last));
    }
  }
}

TEST_F(GradientReducerTest, SixteenBitGradientsAreNotCompressedFurther) {
  std::vector<NamedParameter> parameters{{"p", torch::zeros({1000}, torch::requires_grad().dtype(torch::kBFloat16))}};
  BucketLayout layout;
  layout.wire_type = at::kHalf;
  GradientReducer reducer(parameters, {0}, *communicator_, layout);
  EXPECT_EQ(reducer.bucket_bytes(), std::vector<std::int64_t>({2000}));
  reducer.begin(Schedule::kOverlapped);
  // Beyond float16's range.
  parameters[0].tensor.mutable_grad() = torch::full({1000}, 0x1p20, torch::kBFloat16);
  reducer.add(0);
  reducer.finalize();
  EXPECT_TRUE(torch::equal(parameters[0].tensor.grad(), torch::full({1000}, 0x1p20, torch::kBFloat16)));
}

TEST_F(GradientReducerTest, GradientsOfWorkingCopiesAreWidenedBeforeTheyAreScaled) {
  if (communicator_->size() == 1) GTEST_SKIP() << "a single rank keeps the gradients as backward made them";
  // A third is no number of bfloat16: rounded to it, the mean would be off by 2e-3.
  const auto ranks = communicator_->split(std::min(3, communicator_->size()));
  if (ranks == nullptr) return;
  const NamedParameter parameter{"p", torch::zeros({6, 4, 3, 3}, torch::requires_grad()),
                                 torch::zeros({6, 4, 3, 3}, torch::requires_grad().dtype(torch::kBFloat16))};
  GradientReducer reducer({parameter}, {0}, *ranks, {});
  EXPECT_EQ(reducer.bucket_bytes(), std::vector<std::int64_t>({216 * 4L}));
  for (int step = 0; step < 2; ++step) {
    reducer.begin(Schedule::kOverlapped);
    parameter.working.mutable_grad() = torch::ones_like(parameter.working).detach();
    reducer.add(0);
    reducer.finalize();
    EXPECT_EQ(parameter.tensor.grad().scalar_type(), torch::kFloat);
    EXPECT_LT((parameter.tensor.grad() - 1).abs().max().item<float>(), 1e-6);
    EXPECT_FALSE(parameter.working.grad().defined()) << "its memory is free for what comes next";
  }
}

TEST_F(GradientReducerTest, NamesTheParametersWithoutGradient) {
  const SmallNetwork network;
  auto parameters = network.parameters();
  parameters.push_back({"head.unused", torch::zeros({3}, torch::requires_grad())});
  GradientReducer reducer(parameters, {3, 2, 1, 0}, *communicator_, kOneEach);
  attach(network, reducer);
  reducer.begin(Schedule::kOverlapped);
  network.loss(communicator_->rank()).backward();
  try {
    reducer.finalize();
    FAIL() << "the missing gradient must be an error";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("head.unused"));
    EXPECT_THAT(error.what(), Not(HasSubstr("kernel")));
  }
}

TEST_F(GradientReducerTest, ReducesOneBucketForTheCommunicationArm) {
  const SmallNetwork network;
  GradientReducer reducer(network.parameters(), {2, 1, 0}, *communicator_, kOneEach);
  attach(network, reducer);
  const auto mean = train_once(network, reducer, Schedule::kOverlapped);
  for (std::size_t bucket = 0; bucket < reducer.bucket_count(); ++bucket) reducer.reduce_bucket(bucket);
  // Every rank holds the mean: their sum is that many times the mean.
  const auto sums = gradients_of(network.parameters());
  for (std::size_t i = 0; i < mean.size(); ++i) {
    EXPECT_TRUE(torch::allclose(sums[i], mean[i] * communicator_->size(), 1e-12));
  }
}

TEST_F(GradientReducerTest, BroadcastTensorsOverwritesEveryDtypeAndLayout) {
  const auto tensors_of = [](int rank) {
    const torch::Tensor base = torch::arange(2 * 3 * 4 * 5).view({2, 3, 4, 5}).add(1000 * rank);
    return std::vector<torch::Tensor>{
        base.to(torch::kFloat), base.to(torch::kDouble).contiguous(torch::MemoryFormat::ChannelsLast),
        base.remainder(7).eq(rank), torch::full({}, rank, torch::kLong), torch::full({0}, rank, torch::kFloat)};
  };
  auto tensors = tensors_of(communicator_->rank());
  tensors.front().requires_grad_(true);
  broadcast_tensors(tensors, *communicator_);
  const auto expected = tensors_of(0);
  for (std::size_t i = 0; i < tensors.size(); ++i) EXPECT_TRUE(torch::equal(tensors[i], expected[i])) << i;
}

}  // namespace
}  // namespace scalemark::comm
