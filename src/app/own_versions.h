#pragma once

#include <fmt/format.h>

#include <string>

#include "core/version.h"
#include "results/hdf5_version.h"

namespace scalemark::app {

/// Version, commit and HDF5's version, a line each: what both programs know without LibTorch and MPI.
inline std::string own_versions() {
  return fmt::format("scalemark {} (commit {})\nHDF5 {}\n", software_version(), git_commit(), results::hdf5_version());
}

}  // namespace scalemark::app
