#pragma once

#include <string>
#include <vector>

#include "analysis/report.h"
#include "report/pages/overview.h"

namespace scalemark::report {

/// Whether the report is about trainings to a test accuracy and holds no scaling of steps to speak of.
bool is_of_targets(const analysis::Report& report);

/// Which case reaches the target soonest, and how much of the throughput speed-up is a training speed-up; empty where
/// no case has a target.
std::vector<std::string> target_sentences(const analysis::Report& report);

/// The same in large type.
std::vector<Tile> target_tiles(const analysis::Report& report);

}  // namespace scalemark::report
