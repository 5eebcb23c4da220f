#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/error.h"

namespace scalemark::doctor {

enum class Severity {
  kWarning,  ///< the job runs, but slower or less reliably than it could
  kFault,    ///< the job would end in an error, or measure something else than it says
};

/// Something that is wrong with a launch.
struct Finding {
  Severity severity;
  ExitCode exit_code;  ///< of a program that ends because of it
  std::string what;    ///< with the rank or host
  std::string mend;    ///< what to do about it
};

using Findings = std::vector<Finding>;

inline Finding warning(std::string what, std::string mend) {
  return {Severity::kWarning, ExitCode::kSuccess, std::move(what), std::move(mend)};
}
inline Finding launch_fault(std::string what, std::string mend) {
  return {Severity::kFault, ExitCode::kLaunch, std::move(what), std::move(mend)};
}
inline Finding input_fault(std::string what, std::string mend) {
  return {Severity::kFault, ExitCode::kInput, std::move(what), std::move(mend)};
}

}  // namespace scalemark::doctor
