#include "core/cgroup_folders.h"

#include <fstream>
#include <sstream>
#include <string>

namespace scalemark {
namespace {

/// Whether "cpu,cpuacct" names `controller`.
bool names_controller(const std::string& controllers, std::string_view controller) {
  std::istringstream names(controllers);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == controller) return true;
  }
  return false;
}

}  // namespace

std::vector<CgroupFolder> cgroup_folders(std::string_view controller, const std::filesystem::path& root) {
  std::vector<CgroupFolder> folders;
  std::ifstream file(root / "proc/self/cgroup");
  // "4:memory:/job/step", "3:cpu,cpuacct:/job/step", and "0::/job/step" of version 2.
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool is_version_2 = controllers.empty();
    if (!is_version_2 && !names_controller(controllers, controller)) continue;
    const std::filesystem::path tree = root / "sys/fs/cgroup" / controllers;
    std::filesystem::path group = std::filesystem::path(line.substr(second + 1)).relative_path();
    for (; !group.empty(); group = group.parent_path()) folders.push_back({tree / group, is_version_2});
    folders.push_back({tree, is_version_2});
  }
  return folders;
}

}  // namespace scalemark
