#pragma once

#include <string>

#include "core/environment.h"

namespace scalemark::app {

/// For the commands that are one process: two of them would write the same files. Rank 0's goes on, since a job's
/// script may well end with a report of its own; rank 1 says what is wrong. @throws LaunchError on the others of a
/// launcher
void require_one_process(const std::string& command, const Environment& environment = process_environment);

}  // namespace scalemark::app
