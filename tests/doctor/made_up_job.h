#pragma once

#include <string>
#include <vector>

#include "doctor/facts.h"
#include "doctor/finding.h"

namespace scalemark::doctor {

inline GpuFacts made_up_gpu(const std::string& uuid) {
  GpuFacts gpu;
  gpu.name = "Tesla V100-SXM2-32GB";
  gpu.uuid = uuid;
  gpu.capability = 70;
  gpu.used_bytes = 300'000'000;
  gpu.busy_fraction = 0;
  return gpu;
}

inline LaunchFacts made_up_launch(int rank, int ranks) {
  LaunchFacts launch;
  launch.step_tasks = ranks;
  launch.job_tasks = ranks;
  launch.launcher_rank = rank;
  launch.has_pmix = true;
  launch.mpi_library = "Open MPI v4.1.4";
  return launch;
}

/// With a V100 and three cores of its own.
inline RankFacts made_up_rank(int rank, int ranks, int ranks_per_node) {
  RankFacts facts;
  facts.rank = rank;
  facts.world_size = ranks;
  facts.node_rank = rank % ranks_per_node;
  facts.host = "gv0" + std::to_string(1 + rank / ranks_per_node);
  facts.launch = made_up_launch(rank, ranks);
  facts.has_cuda_build = true;
  facts.libtorch_version = "2.7.1";
  facts.libtorch_architectures =
      "architecture flags: -gencode;arch=compute_70,code=sm_70;-gencode;arch=compute_90,code=sm_90";
  facts.driver_cuda = 12060;
  facts.runtime_cuda = 12060;
  facts.slurm_gpus_on_node = ranks_per_node;
  for (int gpu = 0; gpu < ranks_per_node; ++gpu)
    facts.gpus.push_back(made_up_gpu("GPU-" + facts.host + "-" + std::to_string(gpu)));
  facts.gpu_index = facts.node_rank;
  facts.node_cores = 48;
  for (int core = 0; core < 3; ++core) facts.cores.push_back(3 * facts.node_rank + core);
  facts.shared_memory_bytes = std::int64_t{64} << 30;
  facts.interfaces = {{"lo", false}, {"docker0", true}, {"ib0", true}};
  facts.infiniband = {"mlx5_0"};
  facts.data_faults = {{"/scratch/cifar10", ""}};
  return facts;
}

/// A job in which nothing is wrong: `ranks_per_node` V100s and ranks on each node.
inline JobFacts made_up_job(int nodes, int ranks_per_node) {
  const int ranks = nodes * ranks_per_node;
  JobFacts job;
  job.wishes.device = WantedDevice::kCuda;
  job.wishes.most_ranks = ranks;
  job.wishes.loader_workers = 2;
  for (int rank = 0; rank < ranks; ++rank) job.ranks.push_back(made_up_rank(rank, ranks, ranks_per_node));
  job.output.emplace();
  job.output->folder = "/scratch/me";
  job.output->free_bytes = 1'000'000'000;
  job.output->needed_bytes = 1'000'000;
  return job;
}

/// Every finding's text in one.
inline std::string text_of(const Findings& findings) {
  std::string text;
  for (const auto& finding : findings) text += finding.what + " | " + finding.mend + "\n";
  return text;
}

inline bool is_fault(const Findings& findings, ExitCode code) {
  return findings.size() == 1 && findings.front().severity == Severity::kFault && findings.front().exit_code == code;
}

inline bool is_warning(const Findings& findings) {
  return findings.size() == 1 && findings.front().severity == Severity::kWarning &&
         findings.front().exit_code == ExitCode::kSuccess;
}

}  // namespace scalemark::doctor
