#pragma once

#include "config/experiment.h"
#include "monitor/control_group.h"

namespace scalemark::sweep {

/// Collective: every rank loads each network of a file and tries a step with it on the CPU, so that what cannot be
/// trained ends the job before anything is measured. @throws AgreedInputError for such a file, and where a host has
/// another file than rank 0.
void require_own_networks(const config::Experiment& experiment, const monitor::ControlGroup& world);

}  // namespace scalemark::sweep
