#pragma once

#include <string>

#include "analysis/report.h"
#include "report/charts/figures.h"
#include "report/tables/table.h"

namespace scalemark::report {

/// The whole report as one page that needs no network, no script and no other file. It is HTML 5 in XML's syntax, so
/// that any parser of either reads it.
std::string html_page(const analysis::Report& report);

/// The table without its title; remarks stand below the numbers that they are about, and those that recur below the
/// table. Columns without a title are left out.
std::string html_table(const Table& table);

/// The drawing with its caption and legend.
std::string html_figure(const Figure& figure);

/// The page's style sheet: light and dark, screen and print.
std::string html_style();

}  // namespace scalemark::report
