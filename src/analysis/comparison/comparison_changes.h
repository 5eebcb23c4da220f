#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/records.h"

namespace scalemark::analysis {

/// What the jobs of two sides differ in: commits, versions, and variables for NCCL and OpenMP, a line each:
/// "NCCL: 2.27 → 2.28". Files of one side that
/// differ from its first are named too.
std::vector<std::string> changes_between(std::span<const results::ResultFile> base,
                                         std::span<const results::ResultFile> changed);

}  // namespace scalemark::analysis
