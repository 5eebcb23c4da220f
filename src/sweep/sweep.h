#pragma once

#include <filesystem>
#include <string>

#include "config/experiment.h"
#include "core/error.h"
#include "monitor/control_group.h"
#include "monitor/rank_monitor.h"
#include "sweep/onlookers.h"
#include "sweep/startup_times.h"

namespace scalemark::sweep {

struct SweepOptions {
  std::filesystem::path output;
  bool resume = false;
  bool quiet = false;
  std::string command_line;
  StartupTimes startup;  ///< of what came before
};

/// Collective over all ranks: measures what of the experiment is missing in the output and keeps the file whole after
/// every repetition. Ranks that a case does not need sleep until it is over.
/// @returns kSuccess, kCases where a case is failed or invalid, kStopped where a signal or the time limit came first.
/// @throws InputError on every rank alike for what is wrong with data sets or the output.
ExitCode run_sweep(const config::Experiment& experiment, const SweepOptions& options,
                   const monitor::ControlGroup& world, monitor::RankMonitor& monitor, Onlookers& onlookers);

}  // namespace scalemark::sweep
