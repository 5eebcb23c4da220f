#pragma once

#include <string>
#include <vector>

#include "results/records.h"

namespace scalemark::analysis {

/// What a run differs in from the one before it, a line each: versions, commits, hosts, devices with their clocks, and
/// the variables of NCCL and OpenMP.
std::vector<std::string> run_changes(const results::ResultFile& before, const results::ResultFile& after);

}  // namespace scalemark::analysis
