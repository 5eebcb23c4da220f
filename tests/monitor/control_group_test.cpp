#include "monitor/control_group.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpi.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/error.h"
#include "mpi/mpi_check.h"
#include "mpi/mpi_session.h"

namespace scalemark::comm {
namespace {

using ::testing::HasSubstr;

/// How often the process has given its core away by itself: its main thread, by the kernel's count.
long times_asleep(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(status, line);) {
    constexpr std::string_view kName = "voluntary_ctxt_switches:";
    if (line.starts_with(kName)) return std::stol(line.substr(kName.size()));
  }
  return -1;
}

/// Waits for it; not for ever.
bool comes_true(const std::function<bool()>& condition) {
  for (int look = 0; look < 3000; ++look) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(ControlGroup, AgreesOnMaximumAndSum) {
  const monitor::ControlGroup world = monitor::ControlGroup::world();
  const std::int64_t large = (std::int64_t{1} << 62) + world.rank();
  EXPECT_EQ(world.max(large), (std::int64_t{1} << 62) + world.size() - 1);
  EXPECT_EQ(world.max(-0.5 * world.rank()), 0.0);
  EXPECT_EQ(world.sum(0.25 + world.rank()), 0.25 * world.size() + world.size() * (world.size() - 1) / 2.0);
}

TEST(ControlGroup, BroadcastsTextsOfAnyLength) {
  const monitor::ControlGroup world = monitor::ControlGroup::world();
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{5'000'003}}) {
    const std::string text(length, world.rank() == 0 ? 'a' : 'b');
    EXPECT_EQ(world.broadcast(text), std::string(length, 'a'));
  }
}

TEST(ControlGroup, BroadcastTakesTheLengthOfRankZero) {
  const monitor::ControlGroup world = monitor::ControlGroup::world();
  EXPECT_EQ(world.broadcast(world.rank() == 0 ? "from rank zero" : ""), "from rank zero");
}

TEST(ControlGroup, GathersDifferentCountsInRankOrder) {
  const monitor::ControlGroup world = monitor::ControlGroup::world();
  const std::vector<double> mine(static_cast<std::size_t>(world.rank()) * 1000, world.rank() + 0.5);
  const auto all = world.gather(mine);
  ASSERT_EQ(all.size(), world.rank() == 0 ? static_cast<std::size_t>(world.size()) : 0U);
  for (std::size_t rank = 0; rank < all.size(); ++rank) {
    EXPECT_EQ(all[rank], std::vector<double>(rank * 1000, static_cast<double>(rank) + 0.5));
  }
}

TEST(ControlGroup, GathersLongTexts) {
  const monitor::ControlGroup world = monitor::ControlGroup::world();
  const auto text_of = [](int rank) {
    return std::string(static_cast<std::size_t>(3'000'000 + rank), static_cast<char>('a' + rank));
  };
  const auto all = world.gather(text_of(world.rank()));
  ASSERT_EQ(all.size(), world.rank() == 0 ? static_cast<std::size_t>(world.size()) : 0U);
  for (std::size_t rank = 0; rank < all.size(); ++rank) EXPECT_EQ(all[rank], text_of(static_cast<int>(rank)));
}

TEST(ControlGroup, SplitGroupsTalkAmongThemselves) {
  const monitor::ControlGroup world = monitor::ControlGroup::world();
  for (int size = 1; size <= world.size(); ++size) {
    const bool first = world.rank() < size;
    const monitor::ControlGroup part = world.split(size);
    EXPECT_EQ(part.size(), first ? size : world.size() - size);
    EXPECT_EQ(part.rank(), first ? world.rank() : world.rank() - size);
    EXPECT_EQ(part.sum(1.0), part.size());
  }
}

TEST(ControlGroup, CountsTheRanksOfThisHost) {
  const monitor::ControlGroup world = monitor::ControlGroup::world();
  // Tests run on one host.
  EXPECT_EQ(world.node_rank(), world.rank());
  EXPECT_EQ(world.node_size(), world.size());
}

TEST(ControlGroup, WaitingLeavesTheCoreFree) {
  const monitor::ControlGroup world = monitor::ControlGroup::world();
  if (world.size() == 1) GTEST_SKIP() << "a rank alone waits for nobody";
  const auto processes = world.gather(std::vector<double>{static_cast<double>(getpid())});
  // Rank 0 comes last, once it has seen that the others give their cores away again and again.
  constexpr long kTimes = 20;
  for (std::size_t rank = 1; rank < processes.size(); ++rank) {
    const auto process = static_cast<pid_t>(processes[rank].front());
    const long before = times_asleep(process);
    EXPECT_TRUE(comes_true([&] { return times_asleep(process) >= before + kTimes; })) << "rank " << rank << " spins";
  }
  world.barrier();
}

TEST(ControlGroup, AnAlarmIsHeardByTheRanksThatDidNotRaiseIt) {
  monitor::ControlGroup world = monitor::ControlGroup::world();
  // Twice, the second time by another rank and by two at once: no alarm is left over from the first.
  for (const int last : {0, 1}) {
    EXPECT_FALSE(world.hears_alarm());
    world.barrier();
    const bool raises = world.rank() <= last;
    const int others = std::min(last + 1, world.size()) - (raises ? 1 : 0);
    if (raises) world.raise_alarm();
    EXPECT_TRUE(others == 0 || comes_true([&] { return world.hears_alarm(); }));
    world.end_alarms();
  }
  EXPECT_FALSE(world.hears_alarm());
}

TEST(MpiCheck, NamesTheCallThePlaceAndTheReason) {
  try {
    const int no_such_rank = 1 << 20;
    MPI_CHECK(MPI_Send(nullptr, 0, MPI_BYTE, no_such_rank, 0, MPI_COMM_WORLD));
    FAIL() << "the call must fail";
  } catch (const LaunchError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::kLaunch);
    EXPECT_THAT(error.what(), HasSubstr("MPI_Send"));
    EXPECT_THAT(error.what(), HasSubstr("control_group_test.cpp:"));
    EXPECT_THAT(error.what(), HasSubstr("MPI_ERR_RANK"));
  }
}

TEST(MpiSession, NamesTheLibraryInOneLine) {
  const std::string version = mpi::MpiSession::library_version();
  EXPECT_FALSE(version.empty());
  EXPECT_EQ(version.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace scalemark::comm
