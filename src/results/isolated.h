#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>
#include <vector>

namespace scalemark::results {

/// The isolated work crashed or ran too long.
class IsolatedCrash : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// No limit of memory but the system's.
inline constexpr std::size_t kAnyMemory = std::numeric_limits<std::size_t>::max();

/// Runs `work` in a child process with at most `limit_seconds` of processor time and returns its result, so that a
/// crash in it, and memory that it overwrites, stay in the child. `limit_bytes` is what it may allocate beyond what
/// this process holds (the address sanitizer's allocations are not counted).
/// @throws IsolatedCrash, std::runtime_error with the message of an exception from `work`, or std::system_error where
/// no process can be started.
std::vector<std::byte> run_isolated(const std::function<std::vector<std::byte>()>& work, unsigned limit_seconds,
                                    std::size_t limit_bytes = kAnyMemory);

}  // namespace scalemark::results
