#pragma once

#include <string>

#include "app/run_options.h"
#include "comm/control_group.h"
#include "comm/rank_monitor.h"
#include "core/error.h"

namespace scalemark::app {

/// `scalemark run`, on every rank.
ExitCode run(const RunOptions& options, const std::string& command_line, const comm::ControlGroup& world,
             comm::RankMonitor& monitor);

}  // namespace scalemark::app
