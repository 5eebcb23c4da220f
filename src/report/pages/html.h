#pragma once

#include <string>
#include <vector>

#include "analysis/report.h"
#include "report/report.h"
#include "report/sections.h"

namespace scalemark::report {

/// The whole report as one page that needs no network, no script and no other file. It is HTML 5 in XML's syntax, so
/// that any parser of either reads it. It links to the pages beside it.
std::string html_page(const analysis::Report& report, const std::vector<Section>& sections,
                      const std::vector<PageBeside>& beside = {});

inline std::string html_page(const analysis::Report& report) { return html_page(report, sections_of(report)); }

/// A page up to the end of its head: no script runs on it and nothing is fetched.
std::string html_head(const std::string& title);

/// A section with its heading, note, figures and table.
std::string html_section(const Section& section);

/// The explanations of the sections, to which their headings link.
std::string html_methods(const std::vector<Section>& shown);

/// The table under the name that a screen reader gives it; remarks stand below the numbers that they are about, and
/// those that recur below the table. Columns without a title are left out.
std::string html_table(const Table& table, const std::string& label);

/// The drawing with its caption and legend, a link to it under `id`, and itself and its numbers as files.
std::string html_figure(const Figure& figure, const std::string& id);

/// The page's style sheet: light and dark, screen and print. It begins with the light colours.
std::string html_style();

/// The part of it that drawings need: one rule a line, of classes alone or of `svg text`.
std::string figure_style();

}  // namespace scalemark::report
