#pragma once

#include <filesystem>
#include <string>

#include "config/experiment.h"
#include "doctor/facts.h"
#include "monitor/control_group.h"

namespace scalemark::doctor {

/// How this process was started; needs no MPI.
LaunchFacts launch_facts();

/// Collective: what every rank sees, on rank 0; on the others `ranks` is empty. Takes well under a second, and leaves
/// files and communication alone.
JobFacts gather_facts(const monitor::ControlGroup& world, const Wishes& wishes);

/// Collective: whether each rank can read the experiment's data sets, what killed jobs left on its host, and (on
/// rank 0) whether it can write beside `output`.
void try_storage(const monitor::ControlGroup& world, const config::Experiment* experiment,
                 const std::filesystem::path& output, JobFacts& job);

/// Collective: reduces a few numbers over all ranks by the backend that the sweep would use.
void try_reduction(const monitor::ControlGroup& world, JobFacts& job);

}  // namespace scalemark::doctor
