#pragma once

#include <string>

namespace scalemark::results {

/// The version of the HDF5 library that this process runs with, as "1.10.8".
std::string hdf5_version();

}  // namespace scalemark::results
