#pragma once

#include <string>

#include "core/environment.h"
#include "doctor/facts.h"

namespace scalemark::doctor {

/// What the launcher left in the environment. Needs no MPI.
LaunchFacts launch_facts(const Environment& environment, const std::string& mpi_library);

}  // namespace scalemark::doctor
