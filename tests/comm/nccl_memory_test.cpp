#include "core/nccl_memory.h"

#include <gtest/gtest.h>

#include "comm/nccl/nccl_allocation.h"
#include "comm/nccl/nccl_check.h"
#include "comm/nccl/registered_memory.h"
#include "comm/stand_in_nccl.h"

namespace scalemark::comm {
namespace {

using stand_in::Answer;

const Answer kNoMemoryLeft{.result = ncclUnhandledCudaError, .last_words = "Cuda failure 2 'out of memory'"};

class NcclAllocationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    stand_in::reset();
    before_ = nccl_memory().current();
  }

  std::int64_t counted() const { return nccl_memory().current() - before_; }
  const std::function<void()> make_room_ = [this] { ++rooms_made_; };
  std::int64_t before_ = 0;
  int rooms_made_ = 0;
};

TEST_F(NcclAllocationTest, IsCountedAsLongAsItLives) {
  {
    const NcclAllocation memory(64, make_room_);
    EXPECT_NE(memory.memory(), nullptr);
    EXPECT_EQ(counted(), 64);
  }
  EXPECT_EQ(counted(), 0);
  EXPECT_EQ(stand_in::bytes_allocated(), 0U);
  EXPECT_EQ(rooms_made_, 0);
}

TEST_F(NcclAllocationTest, IsTriedOnceMoreWhenThereIsRoom) {
  stand_in::answer("MemAlloc", {kNoMemoryLeft});
  const NcclAllocation memory(64, make_room_);
  EXPECT_EQ(rooms_made_, 1);
  EXPECT_EQ(counted(), 64);
}

TEST_F(NcclAllocationTest, IsGivenUpAfterTheSecondTime) {
  stand_in::answer("MemAlloc", {kNoMemoryLeft, kNoMemoryLeft});
  EXPECT_THROW(NcclAllocation(64, make_room_), NcclMemoryError);
  EXPECT_EQ(rooms_made_, 1);
  EXPECT_EQ(counted(), 0);
}

TEST_F(NcclAllocationTest, AnotherErrorIsNotTriedAgain) {
  stand_in::answer("MemAlloc", {Answer{.result = ncclInternalError}});
  EXPECT_THROW(NcclAllocation(64, make_room_), LaunchError);
  EXPECT_EQ(rooms_made_, 0);
  EXPECT_EQ(stand_in::calls().size(), 1U);
}

TEST(RegisteredMemory, HelpsWhereTheSwitchReduces) {
  const SwitchSupport nvswitch{.multicast = true, .nvls_enable = std::nullopt, .ranks = 4, .ranks_of_node = 4};
  EXPECT_TRUE(registered_memory_helps(nvswitch));
  SwitchSupport other = nvswitch;
  other.multicast = false;  // V100, RTX 5000
  EXPECT_FALSE(registered_memory_helps(other));
  other = nvswitch;
  other.nvls_enable = "0";
  EXPECT_FALSE(registered_memory_helps(other));
  other.nvls_enable = "1";
  EXPECT_TRUE(registered_memory_helps(other));
  other = nvswitch;
  other.ranks = 8;  // on two nodes
  EXPECT_FALSE(registered_memory_helps(other));
  other.ranks = other.ranks_of_node = 1;
  EXPECT_FALSE(registered_memory_helps(other));
}

}  // namespace
}  // namespace scalemark::comm
