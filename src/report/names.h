#pragma once

#include <string>
#include <vector>

namespace scalemark::report {

// What a report may hold, by name, for templates of pages that show parts of it.

/// The tables, by the stems of their CSV files.
std::vector<std::string> table_names();

/// Those of them over which figures stand.
std::vector<std::string> drawn_table_names();

/// The quantities that are shown as batch by ranks, by their titles.
std::vector<std::string> matrix_names();

}  // namespace scalemark::report
