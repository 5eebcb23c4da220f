// What NcclComm makes of what NCCL does, by a library in NCCL's place (stand_in_nccl.h).

#include "comm/nccl/nccl_comm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "comm/nccl/nccl_check.h"
#include "comm/nccl/nccl_watch.h"
#include "comm/stand_in_nccl.h"
#include "core/log.h"

namespace scalemark::comm {
namespace {

using stand_in::Answer;
using ::testing::HasSubstr;

constexpr double kSoon = 0.05;   // a deadline that is to pass
constexpr double kNever = 3600;  // one that is not

const char* const kNoMemory = "transport.cc:1 Cuda failure 2 'out of memory'";

class NcclCommTest : public ::testing::Test {
 protected:
  void SetUp() override { stand_in::reset(); }
  void TearDown() override { stand_in::release(); }

  std::unique_ptr<NcclComm> make_comm(double call_seconds = kNever, double abort_seconds = kNever) {
    NcclSurroundings surroundings;
    surroundings.enter_thread = [this] { ++threads_entered_; };
    surroundings.call_seconds = call_seconds;
    surroundings.abort_seconds = abort_seconds;
    return std::make_unique<NcclComm>(ncclUniqueId{}, 0, 2, surroundings);
  }

  std::atomic<int> threads_entered_ = 0;
};

void reduce(NcclComm& comm) {
  comm.enqueue("an all-reduce", [](ncclComm_t handle) {
    return ncclAllReduce(nullptr, nullptr, 1, ncclFloat32, ncclSum, handle, nullptr);
  });
}

/// What `call` threw; empty where it threw nothing.
template <typename Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

TEST_F(NcclCommTest, ItsCallsBlock) {
  const auto comm = make_comm();
  EXPECT_EQ(stand_in::last_blocking(), 1);
  reduce(*comm);
  const auto part = comm->split(true, 0);
  EXPECT_EQ(stand_in::last_blocking(), 1);
  EXPECT_EQ(stand_in::calls(), (std::vector<std::string>{"CommInitRankConfig", "AllReduce", "CommSplit"}));
}

TEST_F(NcclCommTest, EveryThreadOfItsOwnTakesTheGpuFirst) {
  {
    const auto comm = make_comm();
    EXPECT_EQ(threads_entered_, 1) << "set-up";
    EXPECT_EQ(comm->split(false, 1), nullptr);
    EXPECT_EQ(threads_entered_, 2) << "split";
  }
  EXPECT_EQ(threads_entered_, 3) << "end";
  {
    const auto comm = make_comm();
    comm->give_up("enough");
  }
  EXPECT_EQ(threads_entered_, 5) << "set-up and abort";
}

TEST_F(NcclCommTest, EndsWithTheOtherRanks) {
  { const auto comm = make_comm(); }
  EXPECT_EQ(stand_in::calls(), (std::vector<std::string>{"CommInitRankConfig", "CommFinalize", "CommDestroy"}));
  EXPECT_EQ(stand_in::communicators_alive(), 0);
}

TEST_F(NcclCommTest, IsAbortedWhereAnErrorUnwindsTheStack) {
  const auto unwind = [this] {
    const auto comm = make_comm();
    throw std::runtime_error("something else");
  };
  EXPECT_EQ(error_of(unwind), "something else");
  EXPECT_EQ(stand_in::calls(), (std::vector<std::string>{"CommInitRankConfig", "CommAbort"}))
      << "the others may never come to finalize";
}

TEST_F(NcclCommTest, ASetUpThatIsLateIsAnError) {
  stand_in::answer("CommInitRankConfig", {Answer{.waits_for_release = true}});
  EXPECT_THAT(error_of([this] { make_comm(kSoon); }),
              HasSubstr("the set-up of the communicator was not done within 0.05 s: a rank is missing"));
}

TEST_F(NcclCommTest, ASetUpThatFailsIsAborted) {
  stand_in::answer("CommInitRankConfig", {Answer{.result = ncclSystemError, .last_words = "no network"}});
  EXPECT_THAT(error_of([this] { make_comm(); }), HasSubstr("the set-up of the communicator failed: "));
  EXPECT_EQ(stand_in::communicators_alive(), 0);
}

TEST_F(NcclCommTest, CallsThatDoNotBlockAreRefused) {
  stand_in::answer("CommInitRankConfig", {Answer{.result = ncclInProgress}});
  EXPECT_THAT(error_of([this] { make_comm(); }), HasSubstr("unset NCCL_COMM_BLOCKING"));
}

TEST_F(NcclCommTest, AfterAnErrorEverythingThrowsTheFirst) {
  const auto comm = make_comm();
  stand_in::answer("AllReduce", {Answer{.result = ncclUnhandledCudaError, .last_words = "the first"}});
  EXPECT_THAT(error_of([&] { reduce(*comm); }), HasSubstr("an all-reduce failed: unhandled cuda error: the first"));
  stand_in::fail_in_background(ncclRemoteError, "the second");
  EXPECT_THAT(error_of([&] { reduce(*comm); }), HasSubstr("the first"));
  EXPECT_THAT(error_of([&] { comm->check_health(); }), HasSubstr("the first"));
  EXPECT_THAT(error_of([&] { comm->split(true, 0); }), HasSubstr("the first"));
  comm->give_up("the third");
  EXPECT_THAT(error_of([&] { comm->check_health(); }), HasSubstr("the first"));
  EXPECT_TRUE(stand_in::has_come("CommAbort"));
}

TEST_F(NcclCommTest, AnErrorInTheBackgroundIsFoundByTheWatch) {
  const auto comm = make_comm();
  const NcclWatch watch(*comm);
  stand_in::fail_in_background(ncclRemoteError, "the other rank is gone");
  EXPECT_TRUE(stand_in::has_come("CommAbort"));
  EXPECT_THAT(error_of([&] { reduce(*comm); }), HasSubstr("the other rank is gone"));
}

// No lock is held across a call: another thread looks meanwhile, and is not held up.
TEST_F(NcclCommTest, OthersLookWhileACallIsInside) {
  const auto comm = make_comm();
  stand_in::answer("AllReduce", {Answer{.waits_for_release = true}});
  auto inside = std::async(std::launch::async, [&] { reduce(*comm); });
  ASSERT_TRUE(stand_in::has_come("AllReduce"));
  auto look = std::async(std::launch::async, [&] { comm->check_health(); });
  EXPECT_EQ(look.wait_for(std::chrono::seconds(10)), std::future_status::ready) << "it is held up";
  stand_in::release();
  inside.get();
}

TEST_F(NcclCommTest, ACallThatStaysInsideIsEndedByTheWatch) {
  const auto comm = make_comm(kSoon);
  const NcclWatch watch(*comm);
  stand_in::answer("AllReduce", {Answer{.result = ncclInternalError, .waits_for_abort = true}});
  EXPECT_THAT(error_of([&] { reduce(*comm); }), HasSubstr("NCCL: an all-reduce was not done within 0.05 s"));
  EXPECT_THAT(error_of([&] { reduce(*comm); }), HasSubstr("not done within"));
}

TEST_F(NcclCommTest, NcclSeesOneCallAtATime) {
  const auto comm = make_comm();
  stand_in::answer("AllReduce", {Answer{.waits_for_release = true}});
  auto first = std::async(std::launch::async, [&] { reduce(*comm); });
  ASSERT_TRUE(stand_in::has_come("AllReduce"));
  auto second = std::async(std::launch::async, [&] { reduce(*comm); });
  EXPECT_EQ(second.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  EXPECT_EQ(stand_in::calls(), (std::vector<std::string>{"CommInitRankConfig", "AllReduce"}));
  stand_in::release();
  second.get();
  EXPECT_EQ(stand_in::calls().size(), 3U);
}

// The thread that owns the graphs hears of the error while the abort waits for them, and lets them go.
TEST_F(NcclCommTest, AnAbortWaitsForGraphsAndNobodyWaitsForIt) {
  auto comm = make_comm();
  auto graph = std::make_unique<stand_in::HeldGraph>();
  const NcclWatch watch(*comm);
  stand_in::fail_in_background(ncclRemoteError, "the other rank is gone");
  ASSERT_TRUE(stand_in::has_come("CommAbort"));
  auto owner = std::async(std::launch::async, [&] { return error_of([&] { reduce(*comm); }); });
  EXPECT_EQ(owner.wait_for(std::chrono::seconds(10)), std::future_status::ready) << "it hears nothing of the error";
  EXPECT_EQ(stand_in::communicators_alive(), 1);
  graph.reset();
  EXPECT_THAT(owner.get(), HasSubstr("the other rank is gone"));
}

TEST_F(NcclCommTest, AnAbortThatNeverEndsEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto hold_a_graph = [this] {
    set_up_logging(false);
    const auto comm = make_comm(kNever, kSoon);
    const stand_in::HeldGraph graph;
    comm->give_up("the other rank is gone");
    std::this_thread::sleep_for(std::chrono::seconds(60));
  };
  EXPECT_EXIT(hold_a_graph(), ::testing::ExitedWithCode(4),
              "error: the other rank is gone(.|\n)*still existed 0.05 s after its abort");
}

TEST_F(NcclCommTest, LackOfMemoryIsAnErrorOfItsOwn) {
  const auto comm = make_comm();
  stand_in::answer("AllReduce", {Answer{.result = ncclUnhandledCudaError, .last_words = kNoMemory}});
  EXPECT_THROW(reduce(*comm), NcclMemoryError);
  EXPECT_THROW(reduce(*comm), NcclMemoryError) << "nobody tries again by himself";
  EXPECT_TRUE(stand_in::has_come("CommAbort"));
  EXPECT_EQ(stand_in::calls(), (std::vector<std::string>{"CommInitRankConfig", "AllReduce", "CommAbort"}));
}

TEST_F(NcclCommTest, MemoryIsForgottenUnlessTheCommunicatorIsGone) {
  auto comm = make_comm();
  int memory = 0;
  void* registration = comm->register_memory(&memory, sizeof(memory));
  comm->forget_memory(registration);
  EXPECT_EQ(stand_in::calls().back(), "CommDeregister");
  comm->give_up("enough");
  comm->forget_memory(registration);
  comm.reset();
  EXPECT_EQ(stand_in::calls().back(), "CommAbort");
}

TEST(LacksMemory, IsToldByNcclsLastWords) {
  EXPECT_TRUE(lacks_memory(ncclUnhandledCudaError, kNoMemory));
  EXPECT_TRUE(lacks_memory(ncclSystemError, "Call to mmap failed: Cannot allocate memory"));
  EXPECT_FALSE(lacks_memory(ncclUnhandledCudaError, "Cuda failure 700 'an illegal memory access was encountered'"));
  EXPECT_FALSE(lacks_memory(ncclRemoteError, kNoMemory)) << "its own words may be older than the error";
}

}  // namespace
}  // namespace scalemark::comm
