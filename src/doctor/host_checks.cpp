#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/units.h"
#include "doctor/checks.h"

namespace scalemark::doctor {
namespace {

std::set<int> cores_of(const std::vector<const RankFacts*>& ranks) {
  std::set<int> cores;
  for (const auto* rank : ranks) cores.insert(rank->cores.begin(), rank->cores.end());
  return cores;
}

bool spans_hosts(const JobFacts& job) { return by_host(job).size() > 1; }

}  // namespace

Findings check_cores(const JobFacts& job) {
  Findings findings;
  // Where the GPU computes, a rank needs a core to start kernels and one for each loader; else it computes on its
  // cores.
  const int needed_per_rank = 1 + (wants_gpus(job) ? job.wishes.loader_workers : 0);
  for (const auto& [host, ranks] : by_host(job)) {
    const auto cores = static_cast<int>(cores_of(ranks).size());
    const int needed = needed_per_rank * static_cast<int>(ranks.size());
    if (cores == 0 || cores >= needed) continue;
    findings.push_back(warning(
        fmt::format("{} rank(s) on {} may use {} core(s) together, and need {}: one each{}", ranks.size(), host, cores,
                    needed,
                    needed_per_rank > 1 ? fmt::format(" and {} for loader.workers", job.wishes.loader_workers) : ""),
        fmt::format(
            "--cpus-per-task={}, with SRUN_CPUS_PER_TASK set to the same (srun forgets it since Slurm 22.05); for "
            "mpirun --bind-to none",
            needed_per_rank)));
  }
  return findings;
}

Findings check_near_cores(const JobFacts& job) {
  Findings findings;
  if (!wants_gpus(job)) return findings;
  for (const RankFacts& rank : job.ranks) {
    if (rank.gpu_index == kUnknown || rank.cores.empty()) continue;
    const GpuFacts& gpu = rank.gpus[static_cast<std::size_t>(rank.gpu_index)];
    const auto is_near = [&](int core) { return std::ranges::find(gpu.near_cores, core) != gpu.near_cores.end(); };
    if (gpu.near_cores.empty() || std::ranges::any_of(rank.cores, is_near)) continue;
    findings.push_back(warning(
        fmt::format("none of the {} core(s) of rank {} on {} is of NUMA node {}, on which its GPU is: copies to it and "
                    "NCCL's own threads go from one node to the other",
                    rank.cores.size(), rank.rank, rank.host, gpu.numa_node),
        "slurm/bind-cores (slurm/submit uses it), or srun --gres-flags=enforce-binding; for mpirun --bind-to numa, or "
        "--bind-to none"));
  }
  return findings;
}

Findings check_locked_memory(const JobFacts& job) {
  Findings findings;
  if (!spans_hosts(job)) return findings;
  for (const auto& [host, ranks] : by_host(job)) {
    const RankFacts& rank = *ranks.front();
    if (rank.infiniband.empty() || rank.locked_memory_bytes == kUnknown || rank.locked_memory_bytes >= kGibibyte)
      continue;
    findings.push_back(
        warning(fmt::format("{} may lock only {} of memory (ulimit -l), and InfiniBand needs no limit", host,
                            format_bytes(static_cast<double>(rank.locked_memory_bytes))),
                "ulimit -l unlimited in the job; if that is refused, ask for LimitMEMLOCK=infinity of slurmd"));
  }
  return findings;
}

Findings check_shared_memory(const JobFacts& job) {
  // NCCL keeps some 10 MB for each connection of a rank, Open MPI 4 MiB and more for each rank.
  constexpr std::int64_t kPerRankBytes = 64 * kMebibyte;
  Findings findings;
  for (const auto& [host, ranks] : by_host(job)) {
    const std::int64_t free_bytes = ranks.front()->shared_memory_bytes;
    const std::int64_t needed = kPerRankBytes * static_cast<std::int64_t>(ranks.size());
    if (ranks.size() < 2 || free_bytes == kUnknown || free_bytes >= needed) continue;
    findings.push_back(warning(fmt::format("{} free in /dev/shm of {}, and {} ranks may need {}",
                                           format_bytes(static_cast<double>(free_bytes)), host, ranks.size(),
                                           format_bytes(static_cast<double>(needed))),
                               "docker run --shm-size=1g (or --ipc=host); elsewhere remove what dead jobs left there"));
  }
  return findings;
}

Findings check_leftovers(const JobFacts& job) {
  constexpr std::size_t kMostNamed = 10;
  Findings findings;
  for (const RankFacts& rank : job.ranks) {
    const auto& [paths, bytes] = rank.leftovers;
    if (paths.empty()) continue;
    std::string command = "rm -r";
    for (std::size_t i = 0; i < std::min(paths.size(), kMostNamed); ++i) command += ' ' + paths[i];
    if (paths.size() > kMostNamed)
      command += fmt::format(" (and {} more: ask again afterwards)", paths.size() - kMostNamed);
    findings.push_back(
        warning(fmt::format("{} on {}: {} left by your killed jobs; no process that can be inspected uses them",
                            format_bytes(static_cast<double>(bytes)), rank.host,
                            paths.size() == 1 ? "a file or folder" : fmt::format("{} files and folders", paths.size())),
                command));
  }
  return findings;
}

Findings check_clocks(const JobFacts& job) {
  constexpr double kSkewSeconds = 2;  // a sweep keeps 30 s in hand before the job's end
  Findings findings;
  for (const auto& [host, ranks] : by_host(job)) {
    const double ahead = ranks.front()->clock_ahead_seconds;
    if (std::abs(ahead) <= kSkewSeconds) continue;
    findings.push_back(warning(fmt::format("the clock of {} is {} {} that of {}", host, format_seconds(std::abs(ahead)),
                                           ahead > 0 ? "ahead of" : "behind", job.ranks.front().host),
                               "tell the administrators (NTP); until then set limits.wall_time well below the job's"));
  }
  return findings;
}

}  // namespace scalemark::doctor
