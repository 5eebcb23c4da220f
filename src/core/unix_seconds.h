#pragma once

#include <chrono>

namespace scalemark {

/// The system clock's time since 1970, in seconds.
inline double unix_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace scalemark
