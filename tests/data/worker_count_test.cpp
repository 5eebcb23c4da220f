#include "data/worker_count.h"

#include <gtest/gtest.h>

#include "temporary_folder.h"

namespace scalemark::data {
namespace {

TEST(WorkerCountTest, LeavesOneOfTheRanksCoresToTraining) {
  EXPECT_EQ(auto_workers({.affinity = 8}), 7);
  EXPECT_EQ(auto_workers({.affinity = 8, .quota = 3.5}), 2);
  EXPECT_EQ(auto_workers({.affinity = 64, .cores_of_task = 16}), 15);
  EXPECT_EQ(auto_workers({.affinity = 8, .ranks_of_machine = 2}), 3);
  // Slurm's count is of the task alone already.
  EXPECT_EQ(auto_workers({.affinity = 16, .cores_of_task = 16, .ranks_of_machine = 4}), 15);
}

TEST(WorkerCountTest, IsNeverBelowOne) {
  EXPECT_EQ(auto_workers({.affinity = 1}), 1);
  EXPECT_EQ(auto_workers({.affinity = 8, .quota = 0.2}), 1);
  EXPECT_EQ(auto_workers({.affinity = 2, .ranks_of_machine = 4}), 1);
}

class CgroupTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((root_.path() / name).parent_path());
    root_.write(name, text);
  }
  std::optional<double> quota() const { return core_limits(root_.path()).quota; }

  TemporaryFolder root_;
};

TEST_F(CgroupTest, TakesTheLeastQuotaOfTheGroupsAbove) {
  write("proc/self/cgroup", "0::/job/step\n");
  EXPECT_EQ(quota(), std::nullopt);
  write("sys/fs/cgroup/job/step/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), std::nullopt);
  write("sys/fs/cgroup/job/cpu.max", "250000 100000\n");
  EXPECT_EQ(quota(), 2.5);
  write("sys/fs/cgroup/job/step/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota(), 1.5);
}

TEST_F(CgroupTest, ReadsVersionOneToo) {
  write("proc/self/cgroup", "4:memory:/job\n3:cpu,cpuacct:/job\n");
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), std::nullopt);
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "400000\n");
  EXPECT_EQ(quota(), 4);
}

TEST(WorkerCountTest, CountsTheCoresOfThisMachine) { EXPECT_GE(core_limits().affinity, 1); }

}  // namespace
}  // namespace scalemark::data
