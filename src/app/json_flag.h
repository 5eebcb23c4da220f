#pragma once

#include <CLI/CLI.hpp>

namespace scalemark::app {

/// `--json`: stdout gets one document (docs/json.md) and nothing else; where an error leaves none to print, nothing.
inline CLI::Option* add_json_flag(CLI::App& command, bool& json) {
  return command.add_flag("--json", json, "print one JSON document in place of the text (docs/json.md)");
}

}  // namespace scalemark::app
