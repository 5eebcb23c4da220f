#include "train/within_memory.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "comm/communicator_memory.h"
#include "core/error.h"

namespace scalemark::train {
namespace {

class WithinMemory : public ::testing::Test {
 protected:
  /// What the ranks lacked, on rank 0; fails where nobody lacked anything.
  std::vector<std::string> shortages_of(const std::function<void()>& step) const {
    try {
      within_memory(world_, step);
    } catch (const OutOfMemory& error) {
      return error.shortages();
    }
    ADD_FAILURE() << "nobody ran out of memory";
    return {};
  }

  const monitor::ControlGroup world_ = monitor::ControlGroup::world();
};

TEST_F(WithinMemory, OneRankThatLacksMemoryEndsTheStepOnAll) {
  const auto shortages = shortages_of([this] {
    if (world_.rank() == 0) TORCH_CHECK_WITH(OutOfMemoryError, false, "tried to take too much");
  });
  ASSERT_EQ(shortages.size(), world_.rank() == 0 ? static_cast<std::size_t>(world_.size()) : 0U);
  for (std::size_t rank = 0; rank < shortages.size(); ++rank)
    EXPECT_EQ(shortages[rank].find("tried to take too much") != std::string::npos, rank == 0) << rank;
}

TEST_F(WithinMemory, ACommunicatorThatGetsNoMemoryIsAShortage) {
  const auto shortages = shortages_of([] { throw comm::CommunicatorOutOfMemory("no memory for a connection"); });
  for (const auto& shortage : shortages) EXPECT_EQ(shortage, "no memory for a connection");
}

TEST_F(WithinMemory, AnotherErrorOfALibraryIsNone) {
  const auto fail = [] { throw LaunchError("the network is down"); };
  EXPECT_THROW(within_memory(world_, fail), LaunchError);
}

}  // namespace
}  // namespace scalemark::train
