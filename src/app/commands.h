#pragma once

#include <CLI/CLI.hpp>

namespace scalemark::app {

// Each declares one subcommand; parsing the command line then runs it.

/// `report FILE.h5 ... [--output DIR] [--format md,csv]`: writes the report and prints its main table.
void add_report_command(CLI::App& app);

/// `info [FILE.h5]`: what a file holds, or this program's versions.
void add_info_command(CLI::App& app);

/// `list models|datasets|optimizers|configs`: one line each.
void add_list_command(CLI::App& app);

}  // namespace scalemark::app
