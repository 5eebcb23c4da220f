#pragma once

#include <string>
#include <vector>

#include "config/experiment.h"
#include "results/records.h"

namespace scalemark::sweep {

/// "; known to 1.4 %, 2 % asked" for a case with `measure.repetitions: auto`; empty for another, or without an
/// interval.
std::string precision_remark(const results::CaseRecord& record, const std::vector<config::CaseConfig>& cases,
                             const std::vector<results::CaseRecord>& records);

/// How many of the cases that ask for a precision have reached it, and what the others would take; empty where none
/// asks.
std::string precision_summary(const std::vector<config::CaseConfig>& cases,
                              const std::vector<results::CaseRecord>& records);

/// Whether each case asks for a precision and, unless it cannot be measured, has the two repetitions of an interval.
bool all_have_intervals(const std::vector<config::CaseConfig>& cases, const std::vector<results::CaseRecord>& records);

}  // namespace scalemark::sweep
