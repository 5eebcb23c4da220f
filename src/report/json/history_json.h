#pragma once

#include <string>

#include "analysis/history/history.h"
#include "report/section.h"

namespace scalemark::report {

/// The runs as a document of kind "trend": every table of the page, and what the exit code is made of.
std::string history_json(const analysis::History& history, const SectionPage& page);

}  // namespace scalemark::report
