#pragma once

#include <spdlog/spdlog.h>

namespace scalemark {

/// Sends every log line to stderr, as "scalemark: level: text", so that stdout holds only what was asked for.
/// What a message quotes can neither steer the terminal nor break its UTF-8.
void set_up_logging(bool quiet);

}  // namespace scalemark
