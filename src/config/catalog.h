#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace scalemark::config {

struct ConfigSummary {
  std::filesystem::path path;
  std::string name;         ///< the file's stem where the config gives none
  std::string description;  ///< its first line, or for a file that cannot be read, why
};

/// The *.yaml files of a folder, sorted by path; broken files are listed too. @throws InputError where `folder` is
/// none.
std::vector<ConfigSummary> list_configs(const std::filesystem::path& folder);

/// The names that the key `key_path` may have as its value in this version; empty for a key that takes no names.
std::vector<std::string> available_values(const std::string& key_path);

}  // namespace scalemark::config
