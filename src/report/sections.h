#pragma once

#include <string>
#include <vector>

#include "analysis/report.h"
#include "report/section.h"

namespace scalemark::report {

/// Every part of a report after the main table, in the order of the page.
std::vector<Section> sections_of(const analysis::Report& report);

/// What the pages show, in their order: the main table, then each titled part that holds something, then how means and
/// intervals are made.
std::vector<Section> shown_sections(const analysis::Report& report, const std::vector<Section>& sections);

/// "Not measured: ... (which key measures it)", and what was looked for and not found; a line each, or none.
std::vector<std::string> gap_lines(const std::vector<Section>& sections);

}  // namespace scalemark::report
