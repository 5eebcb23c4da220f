#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>

namespace scalemark::measure {

/// `limits.memory`: makes a CPU run out of memory as a smaller device would.
class MemoryLimit {
 public:
  void set(std::optional<std::int64_t> bytes) { bytes_ = bytes.value_or(kUnlimited); }

  /// @param total  bytes that are in use with the `bytes` that are asked for
  /// @throws c10::OutOfMemoryError where that is more than the limit
  void check(std::int64_t bytes, std::int64_t total) const;

 private:
  static constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

  std::atomic<std::int64_t> bytes_{kUnlimited};
};

/// What one allocator may hand out of `limit_bytes` where another has handed out `elsewhere_bytes`.
constexpr std::int64_t left_of_limit(std::int64_t limit_bytes, std::int64_t elsewhere_bytes) {
  return std::max(std::int64_t{0}, limit_bytes - elsewhere_bytes);
}

}  // namespace scalemark::measure
