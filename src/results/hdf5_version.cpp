#include "results/hdf5_version.h"

#include <H5public.h>
#include <fmt/format.h>

namespace scalemark::results {

std::string hdf5_version() { return fmt::format("{}.{}.{}", H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE); }

}  // namespace scalemark::results
