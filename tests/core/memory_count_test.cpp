#include "core/memory_count.h"

#include <gtest/gtest.h>

#include "core/nccl_memory.h"

namespace scalemark {
namespace {

TEST(MemoryCount, AClaimThatIsNotKeptLeavesNoTrace) {
  MemoryCount count;
  { MemoryCount::Claim(count, 100).keep(); }
  {
    const MemoryCount::Claim refused(count, 50);
    EXPECT_EQ(refused.total(), 150);
    EXPECT_EQ(count.current(), 150) << "another thread must see it";
  }
  EXPECT_EQ(count.current(), 100);
  EXPECT_EQ(count.peak(), 100);
  count.remove(100);
  EXPECT_EQ(count.current(), 0);
  EXPECT_EQ(count.peak(), 100);
  count.reset_peak();
  EXPECT_EQ(count.peak(), 0);
}

TEST(NcclMemory, IsOneCountForTheWholeProcess) {
  MemoryCount::Claim(nccl_memory(), 64).keep();
  EXPECT_EQ(nccl_memory().current(), 64);
  nccl_memory().remove(64);
  EXPECT_EQ(nccl_memory().current(), 0);
  EXPECT_EQ(nccl_memory().peak(), 64);
}

}  // namespace
}  // namespace scalemark
