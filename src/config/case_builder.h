#pragma once

#include <vector>

#include "config/case_points.h"
#include "config/experiment.h"
#include "config/model_file.h"

namespace scalemark::config {

/// The case of a point over the top level's settings, without id and block. What does not go together in it is
/// reported.
CaseConfig build_case(const std::vector<Assignment>& top_level, const CasePoint& point, bool sweep_faulty,
                      ModelFiles& files, Faults& faults);

}  // namespace scalemark::config
