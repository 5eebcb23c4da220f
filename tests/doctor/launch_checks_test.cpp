#include <gtest/gtest.h>

#include <map>

#include "doctor/checks.h"
#include "doctor/launch_facts.h"
#include "doctor/made_up_job.h"

namespace scalemark::doctor {
namespace {

constexpr const char* kOpenMpi = "Open MPI v4.1.4";

// The environments below were copied from a Slurm 22.05 and an Open MPI 4.1.
LaunchFacts launched_with(const std::map<std::string, std::string>& variables, const std::string& mpi = kOpenMpi) {
  return launch_facts(
      [&](const std::string& name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
      },
      mpi);
}

const std::map<std::string, std::string> kStep{{"SLURM_JOB_ID", "7"},
                                               {"SLURM_NTASKS", "4"},
                                               {"SLURM_STEP_ID", "0"},
                                               {"SLURM_STEP_NUM_TASKS", "4"},
                                               {"SLURM_PROCID", "3"}};

std::map<std::string, std::string> step_with(std::map<std::string, std::string> more) {
  more.insert(kStep.begin(), kStep.end());
  return more;
}

JobFacts alone(const LaunchFacts& launch) {
  JobFacts job = made_up_job(1, 1);
  job.ranks.front().launch = launch;
  return job;
}

TEST(Launcher, PmixAndMpirunAreFine) {
  EXPECT_TRUE(
      check_launcher(launched_with(step_with({{"PMIX_RANK", "3"}, {"PMIX_NAMESPACE", "slurm.pmix.7.0"}}))).empty());
  EXPECT_TRUE(check_launcher(launched_with(step_with({{"OMPI_COMM_WORLD_SIZE", "4"}}))).empty())
      << "mpirun within srun";
  EXPECT_TRUE(check_launcher(launched_with({{"OMPI_COMM_WORLD_SIZE", "4"}})).empty());
  EXPECT_TRUE(check_launcher(launched_with({})).empty()) << "alone on a laptop";
  EXPECT_TRUE(check_launcher(launched_with({{"SLURM_NTASKS", "4"}})).empty()) << "in a batch script, without srun";
}

TEST(Launcher, SrunWithoutPmixCannotStartOpenMpi) {
  const LaunchFacts facts = launched_with(kStep);
  EXPECT_EQ(facts.launcher_rank, 3);
  EXPECT_EQ(facts.step_tasks, 4);
  const Findings findings = check_launcher(facts);
  EXPECT_TRUE(is_fault(findings, ExitCode::kLaunch));
  EXPECT_NE(text_of(findings).find("srun --mpi=pmix"), std::string::npos);
  EXPECT_TRUE(check_launcher(launched_with(kStep, "Intel(R) MPI Library 2021.9")).empty()) << "knows PMI-2 by itself";
}

TEST(Launcher, Pmi2MayOrMayNotDo) {
  EXPECT_TRUE(
      is_warning(check_launcher(launched_with(step_with({{"PMI_RANK", "3"}, {"PMI_SIZE", "4"}, {"PMI_FD", "11"}})))));
}

TEST(World, OneWorldOfAllRanksIsFine) { EXPECT_TRUE(check_world(made_up_job(2, 4)).empty()); }

TEST(World, SingletonsAreAFault) {
  const Findings by_srun = check_world(alone(launched_with(kStep, "Intel(R) MPI Library 2021.9")));
  EXPECT_TRUE(is_fault(by_srun, ExitCode::kLaunch));
  EXPECT_NE(text_of(by_srun).find("4 processes were started"), std::string::npos);
  const auto in_container =
      launched_with({{"OMPI_COMM_WORLD_SIZE", "2"}, {"OMPI_COMM_WORLD_RANK", "1"}}, "MPICH Version: 4.0.2");
  EXPECT_TRUE(is_fault(check_world(alone(in_container)), ExitCode::kLaunch)) << "the host's mpirun, another MPI inside";
  EXPECT_TRUE(is_fault(check_world(alone(launched_with({{"PMI_SIZE", "2"}, {"PMI_RANK", "0"}}))), ExitCode::kLaunch));
}

TEST(World, ASingleRankOnPurposeIsNone) {
  EXPECT_TRUE(check_world(alone(launched_with({}))).empty());
  EXPECT_TRUE(
      check_world(alone(launched_with(step_with({{"OMPI_COMM_WORLD_SIZE", "1"}, {"SLURM_STEP_NUM_TASKS", "1"}}))))
          .empty());
}

TEST(World, ForgettingSrunIsSaid) {
  EXPECT_TRUE(is_warning(check_world(alone(launched_with({{"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}})))));
}

TEST(World, CasesThatNeedMoreRanksAreSaid) {
  JobFacts job = made_up_job(1, 2);
  job.wishes.most_ranks = 4;
  EXPECT_TRUE(is_warning(check_world(job)));
}

TEST(World, WhereNoCaseCanRunNothingIsMeasured) {
  JobFacts job = made_up_job(1, 2);
  job.wishes.most_ranks = 8;
  job.wishes.least_ranks = 4;
  const Findings findings = check_world(job);
  EXPECT_TRUE(is_fault(findings, ExitCode::kInput));
  EXPECT_EQ(findings.front().mend, "start with mpirun -n 4");
  job.wishes.least_ranks = 2;
  EXPECT_TRUE(is_warning(check_world(job)));
}

}  // namespace
}  // namespace scalemark::doctor
