#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/error.h"

namespace CLI {
class App;
}

namespace scalemark::app {

/// Reads the command line and runs the callback of its subcommand. `--help` and `--version` print what they are for.
/// @param words  the command line without the program's name
/// @returns nullopt where a subcommand was read; else the exit code.
/// @throws InputError that says what is wrong and what to write instead.
std::optional<ExitCode> read_command_line(CLI::App& app, std::vector<std::string> words);

}  // namespace scalemark::app
