#pragma once

#include <vector>

#include "config/experiment.h"
#include "doctor/facts.h"

namespace scalemark::doctor {

/// What these cases, together, ask of the machine: GPUs where any of them does, the CPU where every one does.
Wishes wishes_of(const std::vector<config::CaseConfig>& cases);

}  // namespace scalemark::doctor
