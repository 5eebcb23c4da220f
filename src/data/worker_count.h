#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace scalemark::data {

/// What a process may use of its machine.
struct CoreLimits {
  int affinity = 1;                       ///< cores that it may run on
  std::optional<double> quota{};          ///< cores' worth of time that its control groups grant
  std::optional<int> cores_of_task{};     ///< SLURM_CPUS_PER_TASK
  std::optional<int> ranks_of_machine{};  ///< that the launcher started here
};

/// This process's. `root` stands before /proc and /sys.
CoreLimits core_limits(const std::filesystem::path& root = "/");

/// Threads for a loader on `limits`: the rank's cores but one, which trains; at least 1. What the launcher gives each
/// task counts; where it only counts ranks, they share what the process may use.
int auto_workers(const CoreLimits& limits);

}  // namespace scalemark::data
