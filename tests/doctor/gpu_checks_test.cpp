#include <fmt/format.h>
#include <gtest/gtest.h>

#include "doctor/architectures.h"
#include "doctor/checks.h"
#include "doctor/diagnosis.h"
#include "doctor/made_up_job.h"

namespace scalemark::doctor {
namespace {

TEST(GpuCount, FewerGpusThanRanks) {
  JobFacts job = made_up_job(1, 4);
  EXPECT_TRUE(check_gpu_count(job).empty());
  for (auto& rank : job.ranks) {
    rank.gpus.resize(2);
    if (rank.node_rank >= 2) rank.gpu_index = kUnknown;
  }
  const Findings findings = check_gpu_count(job);
  EXPECT_TRUE(is_fault(findings, ExitCode::kLaunch));
  EXPECT_NE(text_of(findings).find("4 ranks on gv01, and 2 GPU(s)"), std::string::npos);
}

TEST(GpuCount, NoGpuAtAllNamesTheCause) {
  JobFacts job = made_up_job(1, 2);
  for (auto& rank : job.ranks) {
    rank.gpus.clear();
    rank.gpu_index = kUnknown;
  }
  EXPECT_NE(text_of(check_gpu_count(job)).find("the driver shows none"), std::string::npos);
  for (auto& rank : job.ranks) rank.driver_cuda = 0;
  EXPECT_NE(text_of(check_gpu_count(job)).find("singularity exec --nv"), std::string::npos);
  for (auto& rank : job.ranks) rank.has_cuda_build = false;
  EXPECT_NE(text_of(check_gpu_count(job)).find("SCALEMARK_CUDA=ON"), std::string::npos);
  job.wishes.device = WantedDevice::kCpu;
  EXPECT_TRUE(check_gpu_count(job).empty());
  job.wishes.device = WantedDevice::kAuto;
  EXPECT_TRUE(is_fault(check_gpu_count(job), ExitCode::kLaunch)) << "Slurm gave GPUs, which cost";
  for (auto& rank : job.ranks) rank.slurm_gpus_on_node = kUnknown;
  EXPECT_TRUE(check_gpu_count(job).empty()) << "a laptop";
}

// What Slurm's --gpus-per-task=1 makes of it: rank n sees GPU n alone, as its first.
JobFacts one_gpu_per_task() {
  JobFacts job = made_up_job(1, 4);
  for (auto& rank : job.ranks) {
    rank.gpus = {rank.gpus[static_cast<std::size_t>(rank.node_rank)]};
    rank.gpu_index = 0;
  }
  return job;
}

TEST(HiddenGpus, OnePerTaskIsAcceptedWithWhatItMayCost) {
  EXPECT_TRUE(check_hidden_gpus(made_up_job(1, 4)).empty());
  const JobFacts job = one_gpu_per_task();
  const Findings findings = check_hidden_gpus(job);
  EXPECT_TRUE(is_warning(findings));
  EXPECT_NE(text_of(findings).find("may find no direct path"), std::string::npos);
  EXPECT_NE(text_of(findings).find("--gpu-bind=none"), std::string::npos);
  EXPECT_EQ(exit_code(diagnose(job)), ExitCode::kSuccess);
}

TEST(HiddenGpus, TheSameOneInEveryTaskIsAFault) {
  JobFacts job = one_gpu_per_task();
  for (auto& rank : job.ranks) rank.gpus = job.ranks.front().gpus;
  const Findings findings = check_gpu_count(job);
  EXPECT_TRUE(is_fault(findings, ExitCode::kLaunch));
  EXPECT_NE(text_of(findings).find("4 ranks on gv01, and 1 GPU(s)"), std::string::npos);
  EXPECT_TRUE(check_hidden_gpus(job).empty() && check_shared_gpus(job).empty()) << "said once";
  for (auto& rank : job.ranks) rank.may_share_gpu = true;
  EXPECT_TRUE(is_warning(check_gpu_count(job)));
}

TEST(HiddenGpus, TwoPerTaskHaveNoneOfTheRanksNumber) {
  JobFacts job = made_up_job(1, 4);
  for (auto& rank : job.ranks) {
    const int task = rank.node_rank;
    rank.gpus = {made_up_gpu(fmt::format("GPU-{}", 2 * task)), made_up_gpu(fmt::format("GPU-{}", 2 * task + 1))};
    if (task >= 2) rank.gpu_index = kUnknown;
  }
  EXPECT_TRUE(is_fault(check_gpu_count(job), ExitCode::kLaunch));
  EXPECT_NE(text_of(check_gpu_count(job)).find("--gpu-bind=none"), std::string::npos);
}

TEST(HiddenGpus, KnownFromTheEnvironmentWhereNoDriverSpeaks) {
  JobFacts job = made_up_job(1, 2);
  job.wishes.device = WantedDevice::kAuto;
  for (auto& rank : job.ranks) {
    rank.gpus.clear();
    rank.gpu_index = kUnknown;
    rank.visible_devices = std::to_string(rank.rank);
  }
  EXPECT_TRUE(is_fault(check_hidden_gpus(job), ExitCode::kLaunch));
  for (auto& rank : job.ranks) rank.visible_devices = "0,1";
  EXPECT_TRUE(check_hidden_gpus(job).empty());
}

TEST(SharedGpus, TwoRanksOnOneAreNamed) {
  JobFacts job = made_up_job(1, 4);
  EXPECT_TRUE(check_shared_gpus(job).empty());
  // Two containers that do not know of each other: both ranks think that they are the first of their node.
  job.ranks[2].gpu_index = 1;
  const Findings findings = check_shared_gpus(job);
  EXPECT_TRUE(is_fault(findings, ExitCode::kLaunch));
  EXPECT_NE(text_of(findings).find("ranks 1 and 2 would all use GPU-gv01-1"), std::string::npos);
}

TEST(Driver, OlderThanTheRuntime) {
  JobFacts job = made_up_job(1, 1);
  EXPECT_TRUE(check_driver(job).empty());
  job.ranks[0].driver_cuda = 12020;
  EXPECT_TRUE(is_warning(check_driver(job))) << "minor versions go together";
  job.ranks[0].runtime_cuda = 13000;
  const Findings findings = check_driver(job);
  EXPECT_TRUE(is_fault(findings, ExitCode::kLaunch));
  EXPECT_NE(text_of(findings).find("supports CUDA 12.2, and this build needs 13.0"), std::string::npos);
  job.ranks[0].driver_cuda = 0;
  EXPECT_TRUE(check_driver(job).empty()) << "no driver is another check's";
}

// The flags of the two LibTorch lines, as their libraries hold them.
constexpr const char* kCuda13 =
    "architecture flags: "
    "-gencode;arch=compute_75,code=sm_75;-gencode;arch=compute_80,code=sm_80;-gencode;arch=compute_86,"
    "code=sm_86;-gencode;arch=compute_90,code=sm_90;-gencode;arch=compute_100,code=sm_100;-gencode;arch=compute_120,"
    "code=sm_120";

TEST(Architecture, RunsByCodeOfTheSameMajorVersionOrIntermediateCode) {
  for (const int capability : {75, 80, 86, 89, 90, 100, 120}) EXPECT_TRUE(runs_on(kCuda13, capability)) << capability;
  for (const int capability : {60, 70, 72, 110}) EXPECT_FALSE(runs_on(kCuda13, capability)) << capability;
  EXPECT_TRUE(runs_on("arch=compute_70,code=compute_70", 75));
  EXPECT_FALSE(runs_on("arch=compute_80,code=compute_80", 75));
  EXPECT_FALSE(runs_on("arch=compute_90a,code=sm_90a", 90));
}

TEST(Architecture, AV100OnCuda13NamesTheOtherBuildOnce) {
  JobFacts job = made_up_job(2, 4);
  EXPECT_TRUE(check_architecture(job).empty());
  for (auto& rank : job.ranks) rank.libtorch_architectures = kCuda13;
  const Findings findings = check_architecture(job);
  EXPECT_TRUE(is_fault(findings, ExitCode::kLaunch));
  EXPECT_NE(text_of(findings).find("scalemark-cuda12.6.def"), std::string::npos);
}

TEST(SameDevices, MixedModelsWarnAndMixedVersionsEnd) {
  JobFacts job = made_up_job(2, 1);
  EXPECT_TRUE(check_same_devices(job).empty());
  job.ranks[1].gpus[0].name = "Quadro RTX 8000";
  EXPECT_TRUE(is_warning(check_same_devices(job)));
  job.ranks[1].gpus[0].name = job.ranks[0].gpus[0].name;
  job.ranks[1].libtorch_version = "2.11.0";
  EXPECT_TRUE(is_fault(check_same_devices(job), ExitCode::kLaunch));
}

TEST(GpuState, BusyOrSlowedIsSaidForEachGpu) {
  JobFacts job = made_up_job(1, 2);
  EXPECT_TRUE(check_gpu_state(job).empty());
  job.ranks[1].gpus[1].busy_fraction = 0.8;
  EXPECT_NE(text_of(check_gpu_state(job)).find("rank 1's GPU on gv01 is in use by others: 80 % busy"),
            std::string::npos);
  job.ranks[1].gpus[1].busy_fraction = kUnknown;
  job.ranks[1].gpus[1].used_bytes = std::int64_t{9} << 30;
  EXPECT_TRUE(is_warning(check_gpu_state(job)));
  job.ranks[1].gpus[1].used_bytes = kUnknown;
  EXPECT_TRUE(check_gpu_state(job).empty()) << "what is not known is no fault";
  job.ranks[0].gpus[0].slowed_by_heat = true;
  EXPECT_NE(text_of(check_gpu_state(job)).find("lowered by heat"), std::string::npos);
}

TEST(DirectAccess, IsSaidWhereItIsMissing) {
  JobFacts job = made_up_job(1, 2);
  EXPECT_TRUE(check_direct_access(job).empty());
  for (auto& rank : job.ranks) rank.gpus[0].unreachable = {1};
  EXPECT_TRUE(is_warning(check_direct_access(job)));
}

}  // namespace
}  // namespace scalemark::doctor
