#include "measure/cgroup_memory.h"

#include <algorithm>
#include <fstream>
#include <string>

#include "core/cgroup_folders.h"

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
  for (const CgroupFolder& group : cgroup_folders("memory", root)) {
    const auto room = headroom_of(group.path, group.is_version_2 ? kVersion2 : kVersion1);
    if (room) least = std::min(least.value_or(*room), *room);
  }
  return least;
}

}  // namespace scalemark::measure
