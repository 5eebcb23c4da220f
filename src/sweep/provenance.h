#pragma once

#include <string>

#include "comm/control_group.h"
#include "config/experiment.h"
#include "measure/device.h"
#include "results/records.h"

namespace scalemark::sweep {

/// Collective: what a reader must know of this job, complete on rank 0. The environment is taken by an allow-list,
/// so that no secret reaches a result file.
results::ResultFile describe_job(const config::Experiment& experiment, const std::string& command_line,
                                 const measure::DeviceDescription& device, const comm::ControlGroup& world);

/// "2026-01-31T12:00:00Z"
std::string utc_now();

}  // namespace scalemark::sweep
