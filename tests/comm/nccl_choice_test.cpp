#include "comm/nccl_choice.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "comm/nccl_tuning_log.h"

namespace scalemark::comm {
namespace {

// Lines of NCCL 2.26 to 2.28 with NCCL_DEBUG=INFO, as NVIDIA's guide to its log and users' reports show them; the last
// one is of NCCL 2.29. Beside them the subsystem writes what says nothing of a choice.
constexpr const char* kLog = R"(node-01:631871:631871 [0] NCCL INFO NCCL_ALGO set by environment to allreduce:tree
node-01:631871:631871 [0] NCCL INFO     AllReduce |     0.0/   0.0 |     0.0/   0.0 |     9.3/   1.2 |    18.0/   0.0
node-01:631871:631871 [0] NCCL INFO AllReduce: opCount 0 sendbuff 0x7f97e1e00400 recvbuff 0x7f97e1e00400 count 1
node-01:631871:631871 [0] NCCL INFO AllReduce: 4 Bytes -> Algo TREE proto LL channel{Lo..Hi}={0..0}
node-01:631871:631871 [0] NCCL INFO AllReduce: 33554432 Bytes -> Algo RING proto SIMPLE channel{Lo..Hi}={0..31}

[2026-01-01 00:00:00] node-01:177787:177787 [0] NCCL INFO Broadcast: 85711360 Bytes -> Algo RING proto LL128 channel{Lo..Hi}={2..3}
node-01:631871:631871 [0] NCCL INFO ReduceScatter: 4194304 Bytes -> Algo NVLS proto SIMPLE channel{Lo..Hi}={0..15} cgaClusterSize 4
)";

TEST(NcclChoices, AreReadFromTheLog) {
  EXPECT_EQ(parse_nccl_choices(kLog), (std::vector<NcclChoice>{{"AllReduce", 4, "TREE", "LL", 1},
                                                               {"AllReduce", 33554432, "RING", "SIMPLE", 32},
                                                               {"Broadcast", 85711360, "RING", "LL128", 2},
                                                               {"ReduceScatter", 4194304, "NVLS", "SIMPLE", 16}}));
}

TEST(NcclChoices, MayLackTheChannels) {
  EXPECT_EQ(parse_nccl_choices("n:1:2 [0] NCCL INFO ReduceScatter: 67108864 Bytes -> Algo RING proto SIMPLE"),
            (std::vector<NcclChoice>{{"ReduceScatter", 67108864, "RING", "SIMPLE", 0}}));
}

TEST(NcclChoices, OfALogWithoutAnyAreNone) {
  EXPECT_TRUE(parse_nccl_choices("").empty());
  EXPECT_TRUE(parse_nccl_choices("NCCL INFO AllReduce: many Bytes -> Algo RING proto LL\n").empty());
  EXPECT_TRUE(parse_nccl_choices("NCCL INFO AllReduce: 99999999999999999999 Bytes -> Algo RING proto LL\n").empty());
}

TEST(NcclChoices, AreSaidOnceEach) {
  EXPECT_EQ(to_text(NcclChoice{"AllReduce", 4, "TREE", "LL", 1}), "tree, ll, 1 channel");
  EXPECT_EQ(to_text(NcclChoice{"AllReduce", 4, "TREE", "LL", 0}), "tree, ll");
  const NcclChoice large{"AllReduce", 26214400, "RING", "SIMPLE", 24};
  EXPECT_EQ(to_text(std::vector{NcclChoice{"AllReduce", 1048576, "RING", "LL128", 8}, large, large}),
            "1.00 MiB: ring, ll128, 8 channels; 25.0 MiB: ring, simple, 24 channels");
}

// In place of NCCL's: this test holds none.
int resets = 0;
std::string file_at_last_reset;

TEST(NcclTuningLog, IsAskedForWhileItLivesAndLeavesTheEnvironmentAsItWas) {
  for (const char* variable : {"NCCL_DEBUG", "NCCL_DEBUG_SUBSYS", "NCCL_DEBUG_FILE"}) unsetenv(variable);
  {
    const auto log = NcclTuningLog::open();
    ASSERT_NE(log, nullptr);
    EXPECT_EQ(resets, 1);
    EXPECT_STREQ(std::getenv("NCCL_DEBUG"), "INFO");
    EXPECT_STREQ(std::getenv("NCCL_DEBUG_SUBSYS"), "TUNING");
    std::FILE* nccl = std::fopen(file_at_last_reset.c_str(), "w");
    ASSERT_NE(nccl, nullptr);
    std::fputs("two\nlines\n", nccl);
    std::fclose(nccl);
    EXPECT_EQ(log->text(), "two\nlines\n");
  }
  EXPECT_EQ(resets, 2);
  EXPECT_EQ(file_at_last_reset, "") << "before NCCL looks again";
  EXPECT_EQ(std::getenv("NCCL_DEBUG"), nullptr);
}

TEST(NcclTuningLog, LeavesTheUsersOwnAlone) {
  setenv("NCCL_DEBUG", "WARN", 1);
  const int before = resets;
  EXPECT_EQ(NcclTuningLog::open(), nullptr);
  EXPECT_EQ(resets, before);
  unsetenv("NCCL_DEBUG");
}

}  // namespace
}  // namespace scalemark::comm

extern "C" __attribute__((visibility("default"))) void ncclResetDebugInit() {
  ++scalemark::comm::resets;
  const char* file = std::getenv("NCCL_DEBUG_FILE");
  scalemark::comm::file_at_last_reset = file == nullptr ? "" : file;
}
