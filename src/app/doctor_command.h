#pragma once

#include "app/run_options.h"
#include "core/error.h"
#include "doctor/facts.h"
#include "monitor/control_group.h"

namespace scalemark::app {

/// Before MPI is up: logs, on the one process that speaks, what is wrong with the launcher.
/// @returns kLaunch where MPI could not come up under it.
ExitCode check_launcher();

/// `scalemark doctor`, on every rank: rank 0 prints every check's verdict.
/// @returns kSuccess, also with warnings; kLaunch or kInput where the job would fail.
ExitCode doctor(const RunOptions& options, const monitor::ControlGroup& world);

/// The quick part of it, with which whatever runs on several ranks begins: rank 0 logs what is wrong, and says nothing
/// else.
ExitCode check_launch(const doctor::Wishes& wishes, const monitor::ControlGroup& world);

}  // namespace scalemark::app
