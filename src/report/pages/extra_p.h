#pragma once

#include <string>

#include "analysis/report.h"

namespace scalemark::report {

/// The JSON lines that Extra-P reads (its docs/file-formats.md): parameters p (ranks) and b (batch per rank), one line
/// per case with the step of every repetition, and one per phase. Cases that differ in more get callpaths of their own.
std::string extra_p_lines(const analysis::Report& report);

}  // namespace scalemark::report
