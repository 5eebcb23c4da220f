#include "results/hdf5_version.h"

#include <H5public.h>
#include <fmt/format.h>

#include "core/error.h"

namespace scalemark::results {

std::string hdf5_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  if (H5get_libversion(&major, &minor, &release) < 0) throw std::runtime_error("HDF5 does not tell its version");
  return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace scalemark::results
