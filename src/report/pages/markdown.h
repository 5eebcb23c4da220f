#pragma once

#include <string>
#include <vector>

#include "analysis/report.h"
#include "report/report.h"
#include "report/sections.h"

namespace scalemark::report {

/// The whole page, with links to those beside it.
std::string markdown_page(const analysis::Report& report, const std::vector<Section>& sections,
                          const std::vector<PageBeside>& beside = {});

inline std::string markdown_page(const analysis::Report& report) { return markdown_page(report, sections_of(report)); }

/// Heading, explanation and rows; columns without a title are left out.
std::string markdown_section(const Section& section);

/// Rows under a header, or what is said in their place.
std::string markdown_table(const Table& table);

/// A section of a report: its explanation stands among the page's methods, its matrices in place of its table.
std::string markdown_part(const Section& section);

/// Text of a result file made safe for a table cell or a paragraph: what would be markup, a link or an image is
/// escaped, line ends become spaces.
std::string markdown_escaped(const std::string& text);

/// A fenced block whose fence is longer than any run of backticks in `text`.
std::string markdown_fence(const std::string& text, const std::string& language);

}  // namespace scalemark::report
