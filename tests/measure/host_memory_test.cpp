#include <c10/util/Exception.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/units.h"
#include "measure/host_allocator.h"
#include "measure/memory_meter.h"
#include "measure/resident_bytes.h"

namespace scalemark::measure {
namespace {

constexpr std::int64_t kFloats = 1000;
constexpr std::int64_t kFloatBytes = 4;

TEST(MemoryMeter, CountsTensorStorageToTheByte) {
  const auto meter = make_memory_meter(c10::Device(c10::kCPU));
  const std::int64_t before = meter->current_bytes();
  {
    const auto tensor = torch::empty({kFloats});
    const auto view = tensor.view({10, 100});
    EXPECT_EQ(meter->current_bytes() - before, kFloats * kFloatBytes);
  }
  EXPECT_EQ(meter->current_bytes(), before);
}

TEST(MemoryMeter, PeakIsTheMostThatWasHeldAtOnce) {
  const auto meter = make_memory_meter(c10::Device(c10::kCPU));
  meter->reset_peak();
  const std::int64_t before = meter->current_bytes();
  for (int i = 0; i < 3; ++i) {
    const auto a = torch::empty({kFloats});
    const auto b = torch::empty({kFloats});
  }
  EXPECT_EQ(meter->peak_bytes() - before, 2 * kFloats * kFloatBytes);
  meter->reset_peak();
  EXPECT_EQ(meter->peak_bytes(), before);
}

TEST(MemoryMeter, ALimitThrowsOutOfMemoryAndKeepsTheCount) {
  const auto meter = make_memory_meter(c10::Device(c10::kCPU));
  const std::int64_t before = meter->current_bytes();
  meter->set_limit(before + kFloats * kFloatBytes);
  const auto fits = torch::empty({kFloats});
  EXPECT_THROW(torch::empty({1}), c10::OutOfMemoryError);
  EXPECT_EQ(meter->current_bytes(), before + kFloats * kFloatBytes);
  meter->set_limit(std::nullopt);
  EXPECT_NO_THROW(torch::empty({1}));
}

TEST(MemoryMeter, BackwardMeetsTheLimitToo) {
  const auto meter = make_memory_meter(c10::Device(c10::kCPU));
  const auto weight = torch::randn({256, 256}, torch::requires_grad());
  const auto loss = weight.matmul(weight).sum();
  meter->set_limit(meter->current_bytes() + 1024);
  EXPECT_THROW(loss.backward(), c10::OutOfMemoryError);
  meter->set_limit(std::nullopt);
}

class HostAllocatorTest : public ::testing::TestWithParam<bool> {  // whether blocks are kept
 protected:
  HostAllocatorTest() { meter_->keep_blocks(GetParam()); }
  ~HostAllocatorTest() override { meter_->keep_blocks(true); }

  std::unique_ptr<MemoryMeter> meter_ = make_memory_meter(c10::Device(c10::kCPU));
};

TEST_P(HostAllocatorTest, AlignsAsLibTorchDoesAndHandlesEmptyTensors) {
  for (const std::int64_t floats : {0, 1, 3, 1000, 1 << 20}) {
    const auto tensor = torch::empty({floats});
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.data_ptr()) % 64, 0U);
  }
}

// The count and the limit work the same with the cache and without it.
TEST_P(HostAllocatorTest, CountsAndLimitsLargeTensors) {
  constexpr std::int64_t kLargeFloats = std::int64_t{1} << 20;
  const std::int64_t before = meter_->current_bytes();
  meter_->reset_peak();
  meter_->set_limit(before + kLargeFloats * kFloatBytes);
  for (int i = 0; i < 2; ++i) {
    const auto fits = torch::empty({kLargeFloats});
    EXPECT_EQ(meter_->current_bytes(), before + kLargeFloats * kFloatBytes);
    EXPECT_THROW(torch::empty({kLargeFloats}), c10::OutOfMemoryError);
  }
  meter_->set_limit(std::nullopt);
  EXPECT_EQ(meter_->current_bytes(), before);
  EXPECT_EQ(meter_->peak_bytes(), before + kLargeFloats * kFloatBytes) << "what the limit refused was never in use";
}

TEST_P(HostAllocatorTest, KeepsTheMemoryOfAFreedTensorOnlyWhereItIsToldTo) {
  meter_->release_cache();
  const std::int64_t before = resident_bytes();
  torch::ones({64 * kMebibyte / kFloatBytes});
  const std::int64_t kept = resident_bytes() - before;
  if (GetParam()) {
    EXPECT_GT(kept, 60 * kMebibyte);
  } else {
    EXPECT_LT(kept, 8 * kMebibyte);
  }
}

// A block that was taken from the cache before it was switched off.
TEST(HostAllocator, KeepsNothingOfABlockThatComesBackLate) {
  const auto meter = make_memory_meter(c10::Device(c10::kCPU));
  meter->release_cache();
  const std::int64_t before = resident_bytes();
  auto early = torch::ones({64 * kMebibyte / kFloatBytes});
  meter->keep_blocks(false);
  EXPECT_GT(resident_bytes(), before + 60 * kMebibyte) << "it is in use";
  early.reset();
  EXPECT_LT(resident_bytes(), before + 8 * kMebibyte);
  meter->keep_blocks(true);
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutTheCache, HostAllocatorTest, ::testing::Bool());

}  // namespace
}  // namespace scalemark::measure
