#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>

namespace scalemark::app {

/// Where the configs and the published figures that come with Scalemark lie: share/scalemark of an installation, or
/// this project's folder for a program that was built there. Empty where there is neither.
std::filesystem::path shipped_folder();

/// `asked`; where it is a relative path below configs or results that is not there, and the shipped folder has it,
/// that one. So what the pages say works from any working folder.
std::filesystem::path or_shipped(const std::filesystem::path& asked);

/// Whether the file belongs to an installation, into whose folders nothing is written.
bool is_of_installation(const std::filesystem::path& file);

/// Takes the path of an option so.
inline CLI::Validator path_or_shipped() {
  return CLI::Validator(
      [](std::string& path) {
        path = or_shipped(path).string();
        return std::string();
      },
      "");
}

}  // namespace scalemark::app
