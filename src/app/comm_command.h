#pragma once

#include <string>

#include "app/comm_options.h"
#include "core/error.h"
#include "monitor/control_group.h"
#include "monitor/rank_monitor.h"

namespace scalemark::app {

/// `comm`: measures collectives, prints nccl-tests' table on rank 0's stdout as it fills, and writes --output.
/// @return kCases where a result was wrong. @throws AgreedInputError
ExitCode comm(const CommOptions& options, const std::string& command_line, const monitor::ControlGroup& world,
              monitor::RankMonitor& monitor);

}  // namespace scalemark::app
