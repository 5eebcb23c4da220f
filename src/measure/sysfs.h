#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace scalemark::measure {

/// What the folder holds whose name begins so, by name; empty where it cannot be read.
std::vector<std::filesystem::path> sysfs_entries(const std::filesystem::path& folder, const std::string& prefix = {});

/// The file's first line; empty where it cannot be read.
std::string sysfs_line(const std::filesystem::path& file);

}  // namespace scalemark::measure
