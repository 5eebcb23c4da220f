#pragma once

#include <string>

namespace scalemark::app {

/// The part of `scalemark info` that needs LibTorch and MPI: library versions and this machine's devices.
std::string describe_installation();

/// All of `scalemark info --json`, a document of kind "info" (docs/json.md).
std::string installation_json();

/// All of `--version`: this program, its commit, and the libraries that it runs with.
std::string all_versions();

}  // namespace scalemark::app
