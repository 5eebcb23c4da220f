#pragma once

#include <string>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// Says which of two files' measurements of one case is shown and why, and where the two disagree: in status, step time
/// or versions.
std::string duplicate_note(const MeasuredCase& dropped, const MeasuredCase& kept);

/// Says that one name stands for different work in two files, and in what it differs; empty where the two differ only
/// in what scaling varies, as the files of one job per number of ranks do.
std::string conflict_note(const MeasuredCase& first, const MeasuredCase& second);

}  // namespace scalemark::analysis
