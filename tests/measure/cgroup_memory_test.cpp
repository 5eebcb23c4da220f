#include "measure/cgroup_memory.h"

#include <gtest/gtest.h>

#include <fstream>

#include "temporary_folder.h"

namespace scalemark::measure {
namespace {

class CgroupMemory : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const {
    const auto file = folder_.path() / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::optional<std::int64_t> headroom() const { return cgroup_headroom_bytes(folder_.path()); }

  TemporaryFolder folder_;
};

TEST_F(CgroupMemory, Version2TheTightestGroupCounts) {
  write("proc/self/cgroup", "0::/job/step\n");
  write("sys/fs/cgroup/job/memory.max", "1000\n");
  write("sys/fs/cgroup/job/memory.current", "700\n");
  write("sys/fs/cgroup/job/memory.stat", "anon 600\ninactive_file 50\nactive_file 7\n");
  write("sys/fs/cgroup/job/step/memory.max", "max\n");
  write("sys/fs/cgroup/job/step/memory.current", "700\n");
  EXPECT_EQ(headroom(), 350);
  write("sys/fs/cgroup/job/step/memory.max", "800\n");
  EXPECT_EQ(headroom(), 100);
}

TEST_F(CgroupMemory, Version1) {
  write("proc/self/cgroup", "5:cpu:/\n4:memory:/slurm/job_1\n0::/\n");
  write("sys/fs/cgroup/memory/slurm/job_1/memory.limit_in_bytes", "500\n");
  write("sys/fs/cgroup/memory/slurm/job_1/memory.usage_in_bytes", "100\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  write("sys/fs/cgroup/memory/memory.usage_in_bytes", "100\n");
  EXPECT_EQ(headroom(), 400);
}

TEST_F(CgroupMemory, WithoutALimitThereIsNone) {
  EXPECT_EQ(headroom(), std::nullopt);
  write("proc/self/cgroup", "0::/\n");
  write("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(headroom(), std::nullopt);
}

}  // namespace
}  // namespace scalemark::measure
