#pragma once

#include <filesystem>
#include <vector>

#include "results/records.h"

namespace scalemark::app {

/// Reads a result file of the command line.
/// @throws InputError that says what to give in place of a config or a folder.
results::ResultFile read_result_file(const std::filesystem::path& path);

/// The same of many files, without any sample (results::read_all_without_samples).
std::vector<results::ResultFile> read_result_tables(const std::vector<std::filesystem::path>& paths);

}  // namespace scalemark::app
