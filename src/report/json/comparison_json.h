#pragma once

#include <string>

#include "analysis/comparison/comparison.h"

namespace scalemark::report {

/// The comparison as a document of kind "compare": the table of compare.csv, and what the exit code is made of.
std::string comparison_json(const analysis::Comparison& comparison);

}  // namespace scalemark::report
