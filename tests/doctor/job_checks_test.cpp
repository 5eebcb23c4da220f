#include <gtest/gtest.h>

#include "doctor/checks.h"
#include "doctor/diagnosis.h"
#include "doctor/made_up_job.h"

namespace scalemark::doctor {
namespace {

TEST(Cores, RanksBoundToTooFewAreSaid) {
  JobFacts job = made_up_job(1, 2);
  EXPECT_TRUE(check_cores(job).empty()) << "three each, for two workers";
  for (auto& rank : job.ranks) rank.cores = {rank.node_rank};
  EXPECT_NE(text_of(check_cores(job)).find("--cpus-per-task=3"), std::string::npos);
  job.wishes.device = WantedDevice::kCpu;
  EXPECT_TRUE(check_cores(job).empty()) << "without a GPU one each";
  for (auto& rank : job.ranks) rank.cores = {0};
  EXPECT_TRUE(is_warning(check_cores(job))) << "both on one core";
}

TEST(NearCores, ARankAwayFromItsGpuIsNamed) {
  JobFacts job = made_up_job(1, 4);
  EXPECT_TRUE(check_near_cores(job).empty()) << "where nothing is known of the cores";
  for (auto& rank : job.ranks) {
    for (std::size_t gpu = 0; gpu < rank.gpus.size(); ++gpu) {
      rank.gpus[gpu].numa_node = gpu < 2 ? 0 : 1;
      rank.gpus[gpu].near_cores = gpu < 2 ? std::vector<int>{0, 1, 2, 3, 4, 5} : std::vector<int>{6, 7, 8, 9, 10, 11};
    }
    rank = rank_facts_of(to_text(rank));
  }
  EXPECT_TRUE(check_near_cores(job).empty());
  job.ranks[3].cores = {0, 1, 2};
  const Findings findings = check_near_cores(job);
  EXPECT_TRUE(is_warning(findings));
  EXPECT_NE(text_of(findings).find("none of the 3 core(s) of rank 3 on gv01 is of NUMA node 1"), std::string::npos);
  job.ranks[3].cores = {0, 1, 2, 6};
  EXPECT_TRUE(check_near_cores(job).empty()) << "the kernel can choose";
  job.ranks[3].cores = {0};
  job.wishes.device = WantedDevice::kCpu;
  EXPECT_TRUE(check_near_cores(job).empty());
}

TEST(LockedMemory, MattersForInfinibandBetweenHosts) {
  JobFacts job = made_up_job(2, 1);
  EXPECT_TRUE(check_locked_memory(job).empty());
  job.ranks[1].locked_memory_bytes = 65536;
  EXPECT_NE(text_of(check_locked_memory(job)).find("gv02 may lock only 64.0 KiB"), std::string::npos);
  job.ranks[1].infiniband.clear();
  EXPECT_TRUE(check_locked_memory(job).empty());
}

TEST(SharedMemory, DockersDefaultIsTooSmallForFourRanks) {
  JobFacts job = made_up_job(1, 4);
  EXPECT_TRUE(check_shared_memory(job).empty());
  for (auto& rank : job.ranks) rank.shared_memory_bytes = 64 << 20;
  EXPECT_NE(text_of(check_shared_memory(job)).find("--shm-size"), std::string::npos);
}

TEST(Clocks, TheHostThatIsOffIsNamed) {
  JobFacts job = made_up_job(2, 2);
  EXPECT_TRUE(check_clocks(job).empty());
  job.ranks[2].clock_ahead_seconds = -90;
  EXPECT_NE(text_of(check_clocks(job)).find("the clock of gv02 is 90.0 s behind that of gv01"), std::string::npos);
}

TEST(Network, TheChosenInterfaceMustBeOnEveryHost) {
  JobFacts job = made_up_job(2, 1);
  EXPECT_TRUE(check_network(job).empty());
  struct Choice {
    const char* text;
    bool fits;
  };
  for (const auto& [text, fits] : {Choice{"ib", true},
                                   {"eth,ib", true},
                                   {"=ib0", true},
                                   {"^docker,lo", true},
                                   {"eth", false},
                                   {"=ib", false},
                                   {"^docker,ib", false}}) {
    for (auto& rank : job.ranks) rank.nccl_socket_ifname = text;
    EXPECT_EQ(check_network(job).empty(), fits) << text;
  }
  EXPECT_NE(text_of(check_network(job)).find("docker0, ib0"), std::string::npos) << "says what there is";
}

TEST(Network, ABridgeOfAContainerLeadsNowhere) {
  JobFacts job = made_up_job(2, 1);
  job.ranks[1].interfaces = {{"lo", false}, {"docker0", true}, {"eth0", false}};
  EXPECT_TRUE(is_fault(check_network(job), ExitCode::kLaunch));
  JobFacts one_host = made_up_job(1, 2);
  for (auto& rank : one_host.ranks) rank.interfaces.clear();
  EXPECT_TRUE(check_network(one_host).empty()) << "within a host none is needed";
}

TEST(Network, InfinibandThatIsSwitchedOffIsSaid) {
  JobFacts job = made_up_job(2, 1);
  job.ranks[0].nccl_ib_disable = "1";
  EXPECT_TRUE(is_warning(check_network(job)));
}

TEST(Data, TheNodeThatCannotSeeAPathIsNamed) {
  JobFacts job = made_up_job(2, 2);
  EXPECT_TRUE(check_data(job).empty());
  for (const int rank : {2, 3})
    job.ranks[static_cast<std::size_t>(rank)].data_faults["/scratch/cifar10"] = "No such file or directory";
  const Findings findings = check_data(job);
  EXPECT_TRUE(is_fault(findings, ExitCode::kInput));
  EXPECT_NE(text_of(findings).find("ranks 2 and 3 (on gv02)"), std::string::npos);
}

TEST(Images, DamageEndsTheJobUnlessItIsSkipped) {
  JobFacts job = made_up_job(1, 1);
  EXPECT_TRUE(check_images(job).empty());
  job.images.skipped = "1 damaged image(s): a.JPEG: is empty";
  EXPECT_TRUE(is_warning(check_images(job)));
  job.images.damaged = "1 damaged image(s): b.JPEG: is empty";
  EXPECT_TRUE(is_fault({check_images(job).front()}, ExitCode::kInput));
  job.images = {.unopened = {"val: holds no folder"}, .damaged = {}, .skipped = {}, .summary = "7 images looked at"};
  EXPECT_TRUE(is_fault(check_images(job), ExitCode::kInput));
  EXPECT_NE(diagnosis_page(job, diagnose(job)).find("7 images looked at\n"), std::string::npos);
}

TEST(Output, WhatKeepsAFileFromBeingWritten) {
  JobFacts job = made_up_job(1, 1);
  EXPECT_TRUE(check_output(job).empty());
  job.output->needed_bytes = 2'000'000'000;
  EXPECT_TRUE(is_fault(check_output(job), ExitCode::kInput));
  job.output->fault = "Permission denied";
  EXPECT_NE(text_of(check_output(job)).find("Permission denied"), std::string::npos);
  job.output.emplace();
  job.output->has_locks = false;
  job.output->commit_seconds = 3;
  job.output->clock_ahead_seconds = 10;
  EXPECT_EQ(check_output(job).size(), 3) << "locks, speed and clock, each on its own";
}

TEST(Diagnosis, AHealthyJobIsHealthyAndAWarningDoesNotEndIt) {
  JobFacts job = made_up_job(2, 4);
  EXPECT_EQ(exit_code(diagnose(job)), ExitCode::kSuccess) << diagnosis_page(job, diagnose(job));
  job.ranks[0].gpus[0].slowed_by_heat = true;
  EXPECT_EQ(exit_code(diagnose(job)), ExitCode::kSuccess);
  const std::string page = diagnosis_page(job, diagnose(job));
  EXPECT_NE(page.find("8 rank(s) on 2 node(s)\n  gv01: ranks 0, 1, 2 and 3, 4 x Tesla V100-SXM2-32GB"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("warning  GPUs free and fast\n"), std::string::npos) << page;
  EXPECT_NE(page.find("\n  mend: "), std::string::npos);
}

TEST(Diagnosis, ABrokenLaunchCountsMoreThanWrongInput) {
  JobFacts job = made_up_job(1, 2);
  job.output->fault = "Permission denied";
  EXPECT_EQ(exit_code(diagnose(job)), ExitCode::kInput);
  job.reduction_fault = "rank 1: NCCL: unhandled system error";
  EXPECT_EQ(exit_code(diagnose(job)), ExitCode::kLaunch);
}

}  // namespace
}  // namespace scalemark::doctor
