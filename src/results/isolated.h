#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <vector>

namespace scalemark::results {

/// The isolated work crashed or ran too long.
class IsolatedCrash : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs `work` in a child process with at most `limit_seconds` of processor time and returns its result, so that a
/// crash in it, and memory that it overwrites, stay in the child.
/// @throws IsolatedCrash, std::runtime_error with the message of an exception from `work`, or std::system_error where
/// no process can be started.
std::vector<std::byte> run_isolated(const std::function<std::vector<std::byte>()>& work, unsigned limit_seconds);

}  // namespace scalemark::results
