#pragma once

#include <functional>
#include <optional>
#include <string>

namespace scalemark {

/// Returns the value of an environment variable, nullopt where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// This process's own.
std::optional<std::string> process_environment(const std::string& name);

/// The whole number in a variable; nullopt where it is not set, or holds anything else.
std::optional<int> number_in(const Environment& environment, const std::string& name);

/// This process's rank as the launcher (mpirun, srun, PMI) says it, before MPI is up; nullopt where there is none.
std::optional<int> launcher_rank(const Environment& environment = process_environment);

/// Whether Open MPI's mpirun started this process. Most of Open MPI's variables it sets itself in a process that srun
/// or nobody started; this one is mpirun's.
bool started_by_mpirun(const Environment& environment = process_environment);

}  // namespace scalemark
