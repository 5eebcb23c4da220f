#pragma once

#include <optional>
#include <string>

#include "config/experiment.h"
#include "sweep/sweep_job.h"

namespace scalemark::sweep {

/// Why this case cannot run in this launch, which is known before anything is tried; nullopt where it can.
std::optional<std::string> obstacle_to(const config::CaseConfig& config, SweepJob& job);

/// @throws InputError where `ranks` ranks can run none of the cases: how many to start.
void require_runnable_case(const config::Experiment& experiment, int ranks);

}  // namespace scalemark::sweep
