#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace scalemark::data {

// A pack is one file: this header, the images' bytes one after another, then the index with an entry per image: those
// of the training split, then those of the test split. Numbers are little-endian; checksums are CRC-32 as zlib's.

inline constexpr std::array<char, 8> kPackMagic{'S', 'C', 'L', 'M', 'P', 'A', 'C', 'K'};
inline constexpr std::uint32_t kPackVersion = 1;

struct PackHeader {
  std::array<char, 8> magic = kPackMagic;
  std::uint32_t version = kPackVersion;
  std::uint32_t encoding = 0;      ///< of the images: 0 pixels (height x width x 3), 1 JPEG or PNG
  std::array<char, 32> dataset{};  ///< its name in configs, filled up with zeros
  std::uint32_t classes = 0;
  std::uint32_t height = 0;  ///< of pixels; 0 for JPEG
  std::uint32_t width = 0;
  std::array<float, 3> mean{};  ///< of the channels, as in Normalization
  std::array<float, 3> standard_deviation{};
  std::uint32_t reserved = 0;
  std::uint64_t training_images = 0;
  std::uint64_t test_images = 0;
  std::uint64_t index_offset = 0;  ///< in bytes; the index ends the file
  std::uint32_t index_checksum = 0;
  std::uint32_t header_checksum = 0;  ///< of all that is before it
};

struct PackEntry {
  std::uint64_t offset = 0;
  std::uint32_t bytes = 0;
  std::uint32_t label = 0;
  std::uint32_t checksum = 0;  ///< of the image's bytes
  std::uint32_t reserved = 0;
};

static_assert(sizeof(PackHeader) == 120 && sizeof(PackEntry) == 24, "the structs are the file's layout");
static_assert(std::endian::native == std::endian::little, "packs are read and written as they lie in memory");

/// CRC-32 of `bytes`.
std::uint32_t checksum(const void* data, std::size_t bytes);

}  // namespace scalemark::data
