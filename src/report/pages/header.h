#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/report.h"

namespace scalemark::report {

/// "quickstart: resnet10 on fashion-mnist, 1 to 2 ranks".
std::string page_title(const analysis::Report& report);

/// Name and value of what was measured, on what and when: model, data set, precision, mode, devices, hosts, link, date,
/// version. What the files do not hold is left out.
std::vector<std::pair<std::string, std::string>> header_facts(const analysis::Report& report);

}  // namespace scalemark::report
