#pragma once

#include <string>

namespace scalemark {

/// The name of this machine, as gethostname gives it.
std::string host_name();

}  // namespace scalemark
