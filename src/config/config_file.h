#pragma once

#include <filesystem>
#include <string>

namespace scalemark::config {

/// The text of a config file. @throws InputError where it is missing, no regular file, unreadable or above 1 MiB.
std::string read_config_file(const std::filesystem::path& path);

}  // namespace scalemark::config
