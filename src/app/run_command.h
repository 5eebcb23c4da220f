#pragma once

#include <string>

#include "app/run_options.h"
#include "core/error.h"
#include "monitor/control_group.h"
#include "monitor/rank_monitor.h"

namespace scalemark::app {

/// `scalemark run`, on every rank.
ExitCode run(const RunOptions& options, const std::string& command_line, const monitor::ControlGroup& world,
             monitor::RankMonitor& monitor);

}  // namespace scalemark::app
