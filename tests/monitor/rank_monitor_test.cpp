#include "monitor/rank_monitor.h"

#include <dirent.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include "monitor/control_group.h"

namespace scalemark::monitor {
namespace {

/// How many of this process's sockets wait for connections; MPI has some of its own.
int listening_sockets() {
  int count = 0;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"), closedir);
  while (const dirent* entry = readdir(folder.get())) {
    int listens = 0;
    socklen_t size = sizeof(listens);
    if (getsockopt(std::atoi(entry->d_name), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0) count += listens;
  }
  return count;
}

bool becomes(int count) {
  for (int look = 0; look < 600 && listening_sockets() != count; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return listening_sockets() == count;
}

TEST(RankMonitor, NobodyListensOnceTheRanksHaveMet) {
  const ControlGroup world = ControlGroup::world();
  const int before = listening_sockets();
  const RankMonitor monitor(world);
  EXPECT_TRUE(becomes(before));
  world.barrier();
}

TEST(RankMonitor, TheRanksMeetAgain) {
  const ControlGroup world = ControlGroup::world();
  for (int meeting = 0; meeting < 5; ++meeting) {
    const RankMonitor monitor(world);
    world.barrier();
  }
}

// Over loopback no machine answers there: the rank goes on unwatched, and so do the others.
TEST(RankMonitor, ARankInANetworkOfItsOwnIsNotJudged) {
  const ControlGroup world = ControlGroup::world();
  if (world.size() < 2) GTEST_SKIP() << "needs two ranks";
  const bool apart = world.rank() == world.size() - 1;
  const bool failed = apart && unshare(CLONE_NEWNET) != 0;
  if (world.max(std::int64_t{failed}) != 0) GTEST_SKIP() << "no network namespaces here";
  const int before = listening_sockets();
  const RankMonitor monitor(world);
  EXPECT_TRUE(becomes(before));
  world.barrier();
}

}  // namespace
}  // namespace scalemark::monitor
