#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "results/hdf5_handle.h"

namespace scalemark::results {

/// An empty HDF5 file in memory. Nothing of it ever touches a disk or takes a file lock.
Handle create_image();

/// Opens `bytes`, which must outlive it and stay as they are, read only. @throws Hdf5Error: truncated, damaged, not
/// HDF5.
Handle open_image(std::span<std::byte> bytes);

/// Flushes the file. What image_bytes() would return the size of, without the copy.
std::size_t image_size(const Handle& file);

/// Flushes the file and returns what it looks like on a disk.
std::vector<std::byte> image_bytes(const Handle& file);

}  // namespace scalemark::results
