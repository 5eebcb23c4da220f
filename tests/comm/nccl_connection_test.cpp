// Two ranks agree on what becomes of a communicator; a library in NCCL's place lets one of them fail (stand_in_nccl.h).

#include "comm/nccl/nccl_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comm/communicator_memory.h"
#include "comm/stand_in_nccl.h"

namespace scalemark::comm {
namespace {

using stand_in::Answer;
using ::testing::HasSubstr;

const Answer kNoMemoryLeft{.result = ncclUnhandledCudaError, .last_words = "Cuda failure 2 'out of memory'"};
const Answer kWaitsForTheOther{.result = ncclInternalError, .waits_for_abort = true};

class NcclConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override { stand_in::reset(); }

  bool is_last() const { return world_.rank() == world_.size() - 1; }

  // Rank by rank: what the first connections of the two attempts answer.
  void answer(const std::vector<Answer>& on_last, const std::vector<Answer>& on_others) {
    stand_in::answer("AllReduce", is_last() ? on_last : on_others);
  }

  std::shared_ptr<NcclComm> make() {
    NcclRecipe recipe;
    recipe.prepare = [this] {
      ++attempts_;
      return [this] { return std::make_unique<NcclComm>(ncclUniqueId{}, world_.rank(), world_.size(), surroundings_); };
    };
    recipe.connect = [](NcclComm& comm) {
      comm.enqueue("the first all-reduce", [](ncclComm_t handle) {
        return ncclAllReduce(nullptr, nullptr, 1, ncclFloat32, ncclSum, handle, nullptr);
      });
    };
    recipe.make_room = [this] { ++rooms_made_; };
    recipe.place = "GPU " + std::to_string(world_.rank()) + " of here";
    return make_connected(world_, recipe);
  }

  // Longer than any test: what ends sooner was told by the other rank.
  NcclSurroundings surroundings_{.call_seconds = 3600, .abort_seconds = 3600};
  monitor::ControlGroup world_ = monitor::ControlGroup::world();
  int attempts_ = 0;
  int rooms_made_ = 0;
};

TEST_F(NcclConnectionTest, ComesUpAtOnceWhereAllConnect) {
  const auto comm = make();
  EXPECT_NE(comm, nullptr);
  EXPECT_EQ(attempts_, 1);
  EXPECT_EQ(rooms_made_, 0);
}

TEST_F(NcclConnectionTest, IsBuiltOnceMoreByAllWhereOneLackedMemory) {
  answer({kNoMemoryLeft}, {kWaitsForTheOther});
  const auto comm = make();
  ASSERT_NE(comm, nullptr);
  comm->check_health();
  EXPECT_EQ(attempts_, 2);
  EXPECT_EQ(rooms_made_, 1);
  EXPECT_EQ(stand_in::communicators_alive(), 1) << "the first one was aborted";
}

TEST_F(NcclConnectionTest, AMemoryThatLacksTwiceIsToldOnAllRanks) {
  answer({kNoMemoryLeft, kNoMemoryLeft}, {kWaitsForTheOther, kWaitsForTheOther});
  try {
    make();
    FAIL() << "there is no memory";
  } catch (const CommunicatorOutOfMemory& error) {
    const std::string last = std::to_string(world_.size() - 1);
    EXPECT_THAT(error.what(), HasSubstr("rank " + last + " (GPU " + last + " of here)"));
    EXPECT_THAT(error.what(), HasSubstr("out of memory"));
    EXPECT_THAT(error.what(), HasSubstr("nvidia-smi"));
  }
  EXPECT_EQ(attempts_, 2);
  EXPECT_EQ(stand_in::communicators_alive(), 0);
}

TEST_F(NcclConnectionTest, AnotherErrorIsNotTriedAgain) {
  answer({Answer{.result = ncclSystemError, .last_words = "no route"}}, {kWaitsForTheOther});
  try {
    make();
    FAIL() << "there is no route";
  } catch (const CommunicatorOutOfMemory&) {
    FAIL() << "memory was there";
  } catch (const LaunchError& error) {
    EXPECT_THAT(error.what(), HasSubstr("rank " + std::to_string(world_.size() - 1)));
    EXPECT_THAT(error.what(), HasSubstr("no route")) << "and not what it meant for the others";
  }
  EXPECT_EQ(attempts_, 1);
  EXPECT_EQ(rooms_made_, 0);
}

TEST_F(NcclConnectionTest, NothingIsMadeBesideACommunicatorThatIsStillBeingMade) {
  if (world_.size() == 1) GTEST_SKIP() << "one rank lacks memory, another waits for it";
  surroundings_.call_seconds = 0.2;
  stand_in::answer("CommInitRankConfig", {is_last() ? kNoMemoryLeft : Answer{.waits_for_release = true}});
  try {
    make();
    FAIL() << "a rank still waits in the first attempt";
  } catch (const CommunicatorOutOfMemory&) {
    FAIL() << "the case is not out of memory: the job cannot go on";
  } catch (const LaunchError& error) {
    EXPECT_THAT(error.what(), HasSubstr("rank 0 (GPU 0 of here)"));
    EXPECT_THAT(error.what(), HasSubstr("was not done within 0.2 s"));
  }
  EXPECT_EQ(attempts_, 1);
  EXPECT_EQ(rooms_made_, 0);
  stand_in::release();
}

TEST_F(NcclConnectionTest, ARankThatIsNoMemberTakesPartInTheAgreement) {
  NcclRecipe recipe;
  recipe.prepare = [] { return [] { return std::unique_ptr<NcclComm>(); }; };
  EXPECT_EQ(make_connected(world_, recipe), nullptr);
}

}  // namespace
}  // namespace scalemark::comm
