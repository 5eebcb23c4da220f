#pragma once

#include <c10/core/Device.h>

#include <string>

#include "config/experiment.h"

namespace scalemark::train {

/// Why NCCL cannot do what the case asks of it (`nccl`) on this device; empty where it may. Cases on one rank reduce
/// nothing, and are the baseline of those that do.
std::string nccl_obstacle(const config::CaseConfig& config, const c10::Device& device);

}  // namespace scalemark::train
