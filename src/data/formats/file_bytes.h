#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/units.h"

namespace scalemark::data {

/// Of the files that are read whole: far above any of these data sets; a gzip bomb or a wrong path must not take the
/// machine's memory.
inline constexpr std::uint64_t kLargestFileBytes = kGibibyte;

/// A whole file in memory, together with its name, so that a fault in it can be named by file and offset.
struct FileBytes {
  std::filesystem::path path;
  bool inflated = false;  ///< was gzip: offsets count uncompressed bytes
  std::vector<std::uint8_t> bytes;

  /// Throws InputError "PATH: offset 16: WHAT".
  [[noreturn]] void fail(std::uint64_t offset, std::string_view what) const;
};

/// Reads a regular file of at most 1 GiB. @throws InputError where it cannot be read.
FileBytes read_file(const std::filesystem::path& path);

/// The same, but gzip data (RFC 1952, told by its first two bytes) are inflated to at most 1 GiB.
/// @throws InputError with the compressed offset where the data are cut short, damaged, or followed by other bytes.
FileBytes read_gzip_or_plain_file(const std::filesystem::path& path);

/// Reads a regular file of at most 64 MiB to `buffer`, which keeps its memory, and returns its bytes there.
/// @throws std::system_error whose text says why it cannot be read.
std::span<const std::uint8_t> read_into(const std::string& path, std::vector<std::uint8_t>& buffer);

/// How a file begins and ends.
struct FileEnds {
  std::span<const std::uint8_t> beginning;  ///< in the buffer that it was read to
  bool is_whole = false;                    ///< whether the beginning is all of it
  std::array<std::uint8_t, 2> last{};       ///< its last two bytes; zeros where it is shorter
};

/// Reads the first `bytes` of such a file to `buffer`, and its last two. @throws std::system_error as read_into()
FileEnds read_ends(const std::string& path, std::size_t bytes, std::vector<std::uint8_t>& buffer);

}  // namespace scalemark::data
