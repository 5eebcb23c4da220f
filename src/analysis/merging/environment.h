#pragma once

#include <map>
#include <string>
#include <string_view>

#include "results/records.h"

namespace scalemark::analysis {

/// Whether a variable sets how NCCL or OpenMP work: NCCL_*, OMP_*. NCCL_VERSION names a container's package, and what
/// is recorded as the version of NCCL says it better.
bool is_tuning_variable(std::string_view name);

/// The variables of the recorded environment that set how NCCL and OpenMP work, by name.
std::map<std::string, std::string> tuning_variables(const results::ResultFile& file);

/// "NCCL_ALGO=Ring OMP_NUM_THREADS=4"; empty where none was set.
std::string tuning_text(const results::ResultFile& file);

/// The distinct hosts of the case's ranks, as "node1, node2"; empty where none is recorded.
std::string host_names(const results::CaseRecord& record);

/// The same of all ranks that wrote the file.
std::string host_names(const results::ResultFile& file);

}  // namespace scalemark::analysis
