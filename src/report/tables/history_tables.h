#pragma once

#include <string>

#include "analysis/history/history.h"
#include "report/section.h"

namespace scalemark::report {

/// What `scalemark trend` shows of the runs. `title` is that of the files.
SectionPage history_page(const analysis::History& history, const std::string& title);

/// "30 runs, 4 cases: 1 new shift in the last run (gpus=1: 5.2 % slower)."
std::string history_summary(const analysis::History& history);

}  // namespace scalemark::report
