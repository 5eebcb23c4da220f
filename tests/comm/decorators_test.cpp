// What lies around a communicator: the record of what a rank does, and faults on purpose.

#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "comm/faulty_communicator.h"
#include "comm/logged_communicator.h"
#include "comm/watched_communicator.h"

namespace scalemark::comm {
namespace {

using Note = std::tuple<std::uint64_t, std::int64_t, std::int64_t, std::int64_t, std::string>;

std::vector<Note> notes_of(const Activity& activity) {
  std::vector<Note> notes;
  for (const CollectiveNote& one : activity.snapshot().collectives) {
    notes.emplace_back(one.sequence, one.step, one.bucket, one.elements, one.dtype);
  }
  return notes;
}

constexpr std::uint64_t kFirstArm = std::uint64_t{1} << 32U;

class WatchedCommunicatorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    activity_.begin_visit(1, "repetition 0 of case a");
    activity_.begin_arm("full");
    activity_.begin_step();
  }

  CallLog log_;
  Activity activity_;
  std::unique_ptr<Communicator> watched_ =
      make_watched_communicator(std::make_unique<LoggedCommunicator>(log_), activity_);
};

TEST_F(WatchedCommunicatorTest, NumbersTheReductionsOfEachStep) {
  watched_->all_reduce(at::ones({6}))->wait();
  watched_->all_reduce(at::ones({10}, at::kDouble))->wait();
  activity_.begin_step();
  watched_->all_reduce(at::ones({6}))->wait();
  EXPECT_EQ(notes_of(activity_), std::vector<Note>({{kFirstArm, 0, 0, 6, "Float"},
                                                    {kFirstArm + 1, 0, 1, 10, "Double"},
                                                    {kFirstArm + 2, 1, 0, 6, "Float"}}));
  EXPECT_EQ(log_,
            CallLog({"start 0: 6 Float", "wait 0", "start 1: 10 Double", "wait 1", "start 2: 6 Float", "wait 2"}));
}

// A rank that failed to record its graphs has started fewer in that arm, and goes on with the others in the next.
TEST_F(WatchedCommunicatorTest, NumbersThemAnewInEachArm) {
  watched_->all_reduce(at::ones({6}))->wait();
  activity_.begin_arm("no_sync");
  activity_.begin_step();
  watched_->all_reduce(at::ones({6}))->wait();
  EXPECT_EQ(notes_of(activity_).back(), Note(2 * kFirstArm, 0, 0, 6, "Float"));
}

TEST_F(WatchedCommunicatorTest, SaysWhichReductionIsWaitedFor) {
  const auto first = watched_->all_reduce(at::ones({6}));
  const auto second = watched_->all_reduce(at::ones({6}));
  EXPECT_EQ(activity_.snapshot().what, "arm full, step 0 of repetition 0 of case a");
  second->wait();
  EXPECT_EQ(activity_.snapshot().what, "arm full, step 0, waiting for bucket 1 of repetition 0 of case a");
}

TEST_F(WatchedCommunicatorTest, LooksAtNothingButReductions) {
  watched_->broadcast(at::ones({6}), 0);
  EXPECT_TRUE(notes_of(activity_).empty());
  EXPECT_EQ(log_, CallLog({"broadcast", "wait broadcast"}));
}

TEST_F(WatchedCommunicatorTest, GroupsSplitOffItAreWatchedToo) {
  EXPECT_EQ(watched_->split(1), nullptr);
  watched_->split(2)->all_reduce(at::ones({6}))->wait();
  EXPECT_EQ(notes_of(activity_).size(), 1U);
}

class FaultyCommunicatorTest : public ::testing::Test {
 protected:
  void TearDown() override { unsetenv(kFaultVariable); }

  Communicator& with(const char* fault, FaultyCalls calls = FaultyCalls::kReductions) {
    setenv(kFaultVariable, fault, /*overwrite=*/1);
    faults_ = Faults::from_environment(0);
    faulty_ = make_faulty_communicator(std::make_unique<LoggedCommunicator>(log_), faults_, calls);
    return *faulty_;
  }

  CallLog log_;
  Faults faults_;
  std::unique_ptr<Communicator> faulty_;
};

TEST_F(FaultyCommunicatorTest, LeavesTheNthReductionOut) {
  Communicator& faulty = with("0:collective@2:skip");
  for (const std::int64_t elements : {2, 4, 6}) faulty.all_reduce(at::ones({elements}))->wait();
  EXPECT_EQ(log_, CallLog({"start 0: 2 Float", "wait 0", "start 1: 6 Float", "wait 1"}));
}

TEST_F(FaultyCommunicatorTest, HalvesAReduction) {
  Communicator& faulty = with("*:collective:shrink");
  for (const std::int64_t elements : {7, 7}) faulty.all_reduce(at::ones({elements}))->wait();
  EXPECT_EQ(log_, CallLog({"start 0: 3 Float", "wait 0", "start 1: 7 Float", "wait 1"}));
}

TEST_F(FaultyCommunicatorTest, ReducesInAnotherType) {
  with("0:collective:retype").all_reduce(at::ones({6}))->wait();
  EXPECT_EQ(log_, CallLog({"start 0: 6 Double", "wait 0"}));
}

TEST_F(FaultyCommunicatorTest, IsWholeOnAnotherRank) {
  with("1:collective:skip").all_reduce(at::ones({6}))->wait();
  EXPECT_FALSE(faults_.any());
  EXPECT_EQ(log_, CallLog({"start 0: 6 Float", "wait 0"}));
}

TEST_F(FaultyCommunicatorTest, OtherCollectivesCountWhereTheyAreWhatIsMeasured) {
  with("0:collective:throw").broadcast(at::ones({6}), 0);
  EXPECT_EQ(log_, CallLog({"broadcast", "wait broadcast"}));
  Communicator& faulty = with("0:collective:throw", FaultyCalls::kAll);
  EXPECT_THROW(faulty.broadcast(at::ones({6}), 0), std::runtime_error);
}

TEST_F(FaultyCommunicatorTest, CountsInGroupsSplitOffItToo) {
  Communicator& faulty = with("0:collective@2:skip");
  const auto part = faulty.split(2);
  faulty.all_reduce(at::ones({2}))->wait();
  part->all_reduce(at::ones({2}))->wait();
  EXPECT_EQ(log_, CallLog({"start 0: 2 Float", "wait 0"}));
}

}  // namespace
}  // namespace scalemark::comm
