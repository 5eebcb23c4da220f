#pragma once

#include <string>

#include "app/run_options.h"
#include "core/error.h"
#include "monitor/control_group.h"
#include "monitor/rank_monitor.h"
#include "sweep/startup_times.h"

namespace scalemark::app {

/// `scalemark run`, on every rank. @param startup  what it took to come here
ExitCode run(const RunOptions& options, const std::string& command_line, const monitor::ControlGroup& world,
             monitor::RankMonitor& monitor, const sweep::StartupTimes& startup);

}  // namespace scalemark::app
