#include "measure/counting_allocator.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "measure/memory_meter.h"

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

TEST(CountingAllocator, AlignsAsLibTorchDoesAndHandlesEmptyTensors) {
  make_memory_meter(c10::Device(c10::kCPU));
  for (const std::int64_t floats : {0, 1, 3, 1000}) {
    const auto tensor = torch::empty({floats});
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.data_ptr()) % 64, 0U);
  }
}

}  // namespace
}  // namespace scalemark::measure
