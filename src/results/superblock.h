#pragma once

#include <cstddef>
#include <span>

namespace scalemark::results {

/// Writes the checksum of an HDF5 superblock of version 2 anew (HDF5 File Format Specification, II.A). Needed because
/// H5Fget_file_image clears the superblock's "open for writing" flag and keeps the checksum as it was (seen in 1.10.8).
void renew_superblock_checksum(std::span<std::byte> image);

}  // namespace scalemark::results
