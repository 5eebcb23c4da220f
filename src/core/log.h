#pragma once

#include <spdlog/spdlog.h>

namespace scalemark {

/// Sends every log line to stderr, as "scalemark: level: text", so that stdout holds only what was asked for.
void set_up_logging(bool quiet);

}  // namespace scalemark
