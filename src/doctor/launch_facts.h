#pragma once

#include <functional>
#include <optional>
#include <string>

#include "doctor/facts.h"

namespace scalemark::doctor {

/// Returns the value of an environment variable, nullopt where it is not set.
using Variables = std::function<std::optional<std::string>(const std::string&)>;

/// This process's own environment.
std::optional<std::string> environment_variable(const std::string& name);

/// The number in a variable; kUnknown where it is not set, or holds none.
int number_in(const Variables& variables, const std::string& name);

/// What the launcher left in the environment. Needs no MPI.
LaunchFacts launch_facts(const Variables& variables, const std::string& mpi_library);

}  // namespace scalemark::doctor
