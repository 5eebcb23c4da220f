#include "measure/cgroup_memory.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace scalemark::measure {
namespace {

namespace fs = std::filesystem;

/// What a version of control groups calls its files.
struct Names {
  const char* limit;
  const char* usage;
  const char* file_cache;  ///< in memory.stat
};

constexpr Names kVersion1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
constexpr Names kVersion2{"memory.max", "memory.current", "inactive_file"};

// "max", or in version 1 the largest number of pages.
constexpr std::int64_t kNoLimit = std::int64_t{1} << 60;

std::optional<std::int64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  std::int64_t number = 0;
  return file >> number ? std::optional(number) : std::nullopt;
}

std::int64_t statistic(const fs::path& path, const std::string& wanted) {
  std::ifstream file(path);
  std::string name;
  for (std::int64_t value = 0; file >> name >> value;) {
    if (name == wanted) return value;
  }
  return 0;
}

std::optional<std::int64_t> headroom_of(const fs::path& group, const Names& names) {
  const auto limit = number_in(group / names.limit);
  const auto usage = number_in(group / names.usage);
  if (!limit || !usage || *limit >= kNoLimit) return std::nullopt;
  return *limit - *usage + statistic(group / "memory.stat", names.file_cache);
}

}  // namespace

std::optional<std::int64_t> cgroup_headroom_bytes(const fs::path& root) {
  std::optional<std::int64_t> least;
  std::ifstream file(root / "proc/self/cgroup");
  // "4:memory:/job/step", and "0::/job/step" of version 2.
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (controllers != "memory" && !controllers.empty()) continue;
    const Names& names = controllers.empty() ? kVersion2 : kVersion1;
    const fs::path mount = root / "sys/fs/cgroup" / controllers;
    fs::path group = fs::path(line.substr(second + 1)).relative_path();
    for (;; group = group.parent_path()) {
      if (const auto room = headroom_of(mount / group, names)) least = std::min(least.value_or(*room), *room);
      if (group.empty()) break;
    }
  }
  return least;
}

}  // namespace scalemark::measure
