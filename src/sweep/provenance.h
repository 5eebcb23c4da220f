#pragma once

#include <string>
#include <vector>

#include "config/experiment.h"
#include "measure/device.h"
#include "monitor/control_group.h"
#include "results/records.h"

namespace scalemark::sweep {

/// Collective: what a reader must know of this job, complete on rank 0. The environment is taken by an allow-list,
/// so that no secret reaches a result file.
/// @param devices  that this rank's cases run on
results::ResultFile describe_job(const config::Experiment& experiment, const std::string& command_line,
                                 const std::vector<at::Device>& devices, const monitor::ControlGroup& world);

/// "2026-01-31T12:00:00Z"
std::string utc_now();

}  // namespace scalemark::sweep
