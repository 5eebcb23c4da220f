#pragma once

#include <string>
#include <vector>

#include "analysis/report.h"

namespace scalemark::report {

/// The settings whose gain can be told, as a YAML overlay for `scalemark run CONFIG.yaml best.yaml`; empty where there
/// is none. Each key has its gain and where it was measured as a comment.
/// @param sources  names of the report's files, for a comment; missing ones are called "file 2"
std::string best_yaml(const analysis::Report& report, const std::vector<std::string>& sources);

}  // namespace scalemark::report
