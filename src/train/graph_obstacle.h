#pragma once

#include <string>

#include "config/experiment.h"

namespace scalemark::train {

/// Why this case's steps cannot be replayed as graphs on any device; empty where they can. That the config says so is a
/// reason too.
std::string graph_obstacle(const config::CaseConfig& config);

inline constexpr const char* kNoGraphsOnCpu = "the device is a CPU, which has no launches to save";

}  // namespace scalemark::train
