#include "sweep/recorded_environment.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace scalemark::sweep {
namespace {

TEST(RecordedEnvironment, HasWhatExplainsAJob) {
  for (const char* name : {"SLURM_JOB_ID", "SLURM_CPUS_PER_TASK", "SLURM_NTASKS", "NCCL_ALGO", "NCCL_SOCKET_IFNAME",
                           "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "SCALEMARK_FAULT"})
    EXPECT_TRUE(is_recorded(name)) << name;
}

TEST(RecordedEnvironment, HasNothingByItsBeginning) {
  for (const char* name : {"SLURM_JWT", "SLURM_JWT_TOKEN", "SLURM_REST_TOKEN", "SLURM_SPANK_KEY", "NCCL_AUTH_TOKEN",
                           "SLURM_ANYTHING", "NCCL_", "OMP_NUM_THREADS_", "omp_num_threads", "PATH", ""})
    EXPECT_FALSE(is_recorded(name)) << name;
}

TEST(RecordedEnvironment, IsThatOfThisProcess) {
  ASSERT_EQ(setenv("NCCL_ALGO", "Ring", 1), 0);
  ASSERT_EQ(setenv("NCCL_AUTH_TOKEN", "s3cr3t", 1), 0);
  ASSERT_EQ(unsetenv("NCCL_PROTO"), 0);
  const auto recorded = recorded_environment();
  EXPECT_EQ(recorded.at("NCCL_ALGO"), "Ring");
  EXPECT_FALSE(recorded.contains("NCCL_AUTH_TOKEN"));
  EXPECT_FALSE(recorded.contains("NCCL_PROTO"));
}

}  // namespace
}  // namespace scalemark::sweep
