#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "core/error.h"

namespace scalemark {

/// How a command ends because of an exception.
struct Failure {
  ExitCode exit_code;
  std::string message;
};

/// An Error says both itself. A refusal of the operating system (a full disk, a folder that may not be written) is
/// kInput. Whatever else nobody foresaw: kLaunch, and one line that says so. `exception` is not null.
Failure failure_of(const std::exception_ptr& exception);

/// Libraries put advice and stacks below their first line.
std::string first_line(std::string_view text);

}  // namespace scalemark
