#pragma once

#include <cstdint>
#include <fstream>

namespace scalemark::measure {

/// Memory of this process, as the kernel counts it.
inline std::int64_t resident_bytes() {
  constexpr std::int64_t kPageBytes = 4096;
  std::ifstream status("/proc/self/statm");
  std::int64_t total = 0;
  std::int64_t resident = 0;
  status >> total >> resident;
  return resident * kPageBytes;
}

}  // namespace scalemark::measure
