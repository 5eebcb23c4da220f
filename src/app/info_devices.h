#pragma once

#include <string>

namespace scalemark::app {

/// The part of `scalemark info` that needs LibTorch and MPI: library versions and this machine's devices.
std::string describe_installation();

}  // namespace scalemark::app
