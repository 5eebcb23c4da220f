#pragma once

#include <filesystem>

#include "results/records.h"

namespace scalemark::app {

/// Reads a result file of the command line.
/// @throws InputError that says what to give in place of a config or a folder.
results::ResultFile read_result_file(const std::filesystem::path& path);

/// The same without any sample (results::read_results_without_samples).
results::ResultFile read_result_tables(const std::filesystem::path& path);

}  // namespace scalemark::app
