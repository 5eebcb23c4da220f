#pragma once

#include <string>
#include <vector>

#include "config/case_points.h"
#include "config/experiment.h"

namespace scalemark::config {

/// Gives every case its id. cases[i] was built from points[i].
void name_cases(const std::vector<CasePoint>& points, std::vector<CaseConfig>& cases);

/// The text with everything that is unwelcome in the name of a group or a file replaced by '-'.
std::string slug(const std::string& text);

}  // namespace scalemark::config
