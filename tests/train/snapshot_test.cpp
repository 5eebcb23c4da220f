#include "train/snapshot.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "measure/memory_meter.h"

namespace scalemark::train {
namespace {

const at::Device kCpu(at::kCPU);

TEST(Snapshot, RestoresValuesInPlaceWhateverTheLayout) {
  auto weight = torch::randn({4, 3, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast);
  weight.requires_grad_(true);
  auto count = torch::tensor(7, torch::kLong);
  const auto expected = weight.detach().clone();
  const Snapshot snapshot({weight, count}, kCpu);
  {
    const torch::NoGradGuard no_grad;
    weight.mul_(3);
    count.fill_(9);
  }
  snapshot.restore();
  EXPECT_TRUE(torch::equal(weight.detach(), expected));
  EXPECT_EQ(count.item<int>(), 7);
  EXPECT_TRUE(weight.is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(Snapshot, RestoresTheRandomNumbers) {
  torch::manual_seed(5);
  const Snapshot snapshot({}, kCpu);
  const auto first = torch::rand({8});
  torch::rand({3});
  snapshot.restore();
  EXPECT_TRUE(torch::equal(torch::rand({8}), first));
}

TEST(Snapshot, IsNotCountedAsTrainingMemory) {
  const auto meter = measure::make_memory_meter(kCpu);
  const auto weight = torch::empty({1 << 20});
  const auto before = meter->current_bytes();
  const Snapshot snapshot({weight}, kCpu);
  EXPECT_LT(meter->current_bytes() - before, 1 << 16) << "only the generator's state is a tensor";
}

}  // namespace
}  // namespace scalemark::train
