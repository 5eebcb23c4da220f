#pragma once

#include <string>

namespace scalemark::results {

/// The HDF5 library's own version, as "1.10.8".
std::string hdf5_version();

}  // namespace scalemark::results
