#pragma once

#include <string>
#include <vector>

#include "config/case_points.h"
#include "config/experiment.h"

namespace scalemark::config {

/// Reports every case that has the parameters of an earlier one (a label makes no difference), naming both.
void check_duplicates(const std::vector<CasePoint>& points, const std::vector<CaseConfig>& cases, Faults& faults);

/// 16 hex digits over the ids and parameters of all cases, whatever their order: FNV-1a of 64 bits (Fowler, Noll and
/// Vo). Left out are the keys whose role says that a job with another value may go on with the same file.
std::string hash_of(const std::vector<CaseConfig>& cases);

}  // namespace scalemark::config
