#include "data/worker_count.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/cgroup_folders.h"
#include "core/environment.h"

namespace scalemark::data {
namespace {

namespace fs = std::filesystem;

int cores_of_affinity() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  return sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

std::optional<int> count_in_environment(const char* name) {
  const auto count = number_in(process_environment, name);
  return count && *count > 0 ? count : std::nullopt;
}

/// Version 2 has "200000 100000" or "max 100000" in cpu.max, version 1 two files, with -1 for no quota.
std::optional<double> quota_of(const fs::path& group) {
  double quota = 0;
  double period = 0;
  std::ifstream version_2(group / "cpu.max");
  if (version_2 >> quota >> period && period > 0) return quota / period;
  std::ifstream(group / "cpu.cfs_quota_us") >> quota;
  std::ifstream(group / "cpu.cfs_period_us") >> period;
  return quota > 0 && period > 0 ? std::optional(quota / period) : std::nullopt;
}

/// The least quota of the process's group and of those above it.
std::optional<double> least_quota(const fs::path& root) {
  std::optional<double> least;
  for (const CgroupFolder& group : cgroup_folders("cpu", root)) {
    if (const auto quota = quota_of(group.path)) least = std::min(least.value_or(*quota), *quota);
  }
  return least;
}

}  // namespace

CoreLimits core_limits(const fs::path& root) {
  CoreLimits limits{.affinity = cores_of_affinity(), .quota = least_quota(root)};
  limits.cores_of_task = count_in_environment("SLURM_CPUS_PER_TASK");
  for (const char* name : {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", "SLURM_NTASKS_PER_NODE"}) {
    if (!limits.ranks_of_machine) limits.ranks_of_machine = count_in_environment(name);
  }
  return limits;
}

int auto_workers(const CoreLimits& limits) {
  double cores = limits.affinity;
  if (limits.quota) cores = std::min(cores, *limits.quota);
  if (limits.cores_of_task) {
    cores = std::min<double>(cores, *limits.cores_of_task);
  } else if (limits.ranks_of_machine) {
    cores /= *limits.ranks_of_machine;
  }
  return std::max(1, static_cast<int>(std::floor(cores)) - 1);
}

}  // namespace scalemark::data
