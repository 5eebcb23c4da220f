#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace scalemark::measure {

/// Bytes that this process may still use before the kernel kills it: the least that any control group above it leaves,
/// with file caches counted as free. nullopt where no group has a limit. Control groups of version 1 and 2; what a
/// scheduler or a container sets.
/// @param root  in place of "/", for tests: holds proc/self/cgroup and sys/fs/cgroup.
std::optional<std::int64_t> cgroup_headroom_bytes(const std::filesystem::path& root = "/");

}  // namespace scalemark::measure
