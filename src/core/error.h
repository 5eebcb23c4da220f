#pragma once

#include <stdexcept>
#include <string>

namespace scalemark {

/// What a rank's process returns; the numbers are part of the command line's contract.
enum class ExitCode : int {
  kSuccess = 0,     ///< every case is ok, oom or skipped
  kRegression = 1,  ///< `compare` found a regression, `nodes` an outlier, `trend` a shift
  kInput = 2,       ///< usage, config or input data
  kCases = 3,       ///< some case is failed or invalid
  kLaunch = 4,      ///< the launch or a rank broke, or Scalemark itself
  kStopped = 5,     ///< stopped early, resumable
};

/// An error that ends the command; its message says what, where and what to do.
class Error : public std::runtime_error {
 public:
  Error(ExitCode exit_code, const std::string& message) : std::runtime_error(message), exit_code_(exit_code) {}
  ExitCode exit_code() const noexcept { return exit_code_; }

 private:
  ExitCode exit_code_;
};

/// The command line, the config, a data set or a result file is not what it should be.
class InputError : public Error {
 public:
  explicit InputError(const std::string& message) : Error(ExitCode::kInput, message) {}
};

/// The launch, the network or another rank broke: the job cannot go on.
class LaunchError : public Error {
 public:
  explicit LaunchError(const std::string& message) : Error(ExitCode::kLaunch, message) {}
};

}  // namespace scalemark
