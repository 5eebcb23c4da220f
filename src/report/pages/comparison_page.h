#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/comparison/comparison.h"
#include "report/tables/table.h"

namespace scalemark::report {

/// The comparison as Markdown that fits a pull request.
std::string comparison_page(const analysis::Comparison& comparison);

/// Every case, for a program: those that were not compared have no numbers.
Table comparison_table(const analysis::Comparison& comparison);

/// Writes compare.md and compare.csv into `folder`. Returns the paths.
/// @throws InputError where a file exists already (nothing is written then) or cannot be written.
std::vector<std::filesystem::path> write_comparison(const analysis::Comparison& comparison,
                                                    const std::filesystem::path& folder);

}  // namespace scalemark::report
