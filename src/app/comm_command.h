#pragma once

#include <string>

#include "app/comm_options.h"
#include "comm/control_group.h"
#include "comm/rank_monitor.h"
#include "core/error.h"

namespace scalemark::app {

/// `comm`: measures collectives, prints nccl-tests' table on rank 0's stdout as it fills, and writes --output.
/// @return kCases where a result was wrong. @throws AgreedInputError
ExitCode comm(const CommOptions& options, const std::string& command_line, const comm::ControlGroup& world,
              comm::RankMonitor& monitor);

}  // namespace scalemark::app
