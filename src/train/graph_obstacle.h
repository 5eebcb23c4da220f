#pragma once

#include <functional>
#include <string>

#include "config/experiment.h"
#include "monitor/control_group.h"

namespace scalemark::train {

/// Why this case's steps cannot be replayed as graphs on any device; empty where they can. That the config says so is a
/// reason too.
std::string graph_obstacle(const config::CaseConfig& config);

/// Collective: has every rank record `what` ("a step") by `work`. Returns on every rank why the first rank that could
/// not failed; empty where all could.
std::string recording_fault(const monitor::ControlGroup& group, const char* what, const std::function<void()>& work);

/// Steps before one is recorded: libraries then have chosen their algorithms, and NCCL is connected.
inline constexpr int kRehearsedSteps = 3;

inline constexpr const char* kNoGraphsOnCpu = "the device is a CPU, which has no launches to save";

}  // namespace scalemark::train
