#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "data/formats/file_bytes.h"

namespace scalemark::data {

/// An IDX file of unsigned bytes: the format of MNIST (LeCun, Cortes and Burges, "The MNIST database").
/// Four bytes of magic (0, 0, 8 for uint8, number of dimensions), big-endian 32-bit sizes, then the values in C order.
struct IdxArray {
  FileBytes file;
  std::vector<std::int64_t> sizes;  ///< one per dimension
  std::size_t header_bytes = 0;     ///< offset of the first value

  std::span<const std::uint8_t> values() const { return std::span(file.bytes).subspan(header_bytes); }
};

/// Reads an IDX file, gzip or plain, of `dimensions` dimensions.
/// @throws InputError with file, offset and what was expected, where magic, sizes and length of the file do not agree.
IdxArray read_idx(const std::filesystem::path& path, std::size_t dimensions);

}  // namespace scalemark::data
