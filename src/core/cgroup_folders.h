#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace scalemark {

/// The folder in which the kernel shows a control group.
struct CgroupFolder {
  std::filesystem::path path;
  bool is_version_2;
};

/// The control groups that hold this process and may limit it in `controller` ("memory", "cpu"), each followed by those
/// above it. Version 1 has a tree for the controller, or for several together; version 2 has one tree for all.
/// @param root  in place of "/", for tests: holds proc/self/cgroup and sys/fs/cgroup.
std::vector<CgroupFolder> cgroup_folders(std::string_view controller, const std::filesystem::path& root);

}  // namespace scalemark
