#include "data/formats/idx.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace scalemark::data {
namespace {

constexpr std::uint32_t kUnsignedByteMagic = 0x00000800;
constexpr std::size_t kFieldBytes = 4;

std::uint32_t big_endian(std::span<const std::uint8_t> bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kFieldBytes; ++i) value = value << 8 | bytes[offset + i];
  return value;
}

void check_header(const IdxArray& array, std::size_t dimensions) {
  const auto& bytes = array.file.bytes;
  if (bytes.size() < array.header_bytes) {
    array.file.fail(bytes.size(), fmt::format("the file ends; expected an IDX header of {} bytes", array.header_bytes));
  }
  const std::uint32_t expected = kUnsignedByteMagic | static_cast<std::uint32_t>(dimensions);
  const std::uint32_t magic = big_endian(bytes, 0);
  if (magic != expected) {
    array.file.fail(0, fmt::format("magic number {:#010x}; expected {:#010x} (IDX, unsigned bytes, {} dimensions)",
                                   magic, expected, dimensions));
  }
}

void check_length(const IdxArray& array) {
  const std::uint64_t size = array.file.bytes.size();
  std::uint64_t expected = 1;
  for (const std::int64_t dimension : array.sizes) {
    // At most 2^30 so far times less than 2^32: a header of nonsense cannot overflow.
    expected *= static_cast<std::uint64_t>(dimension);
    if (expected > size) break;
  }
  expected += array.header_bytes;
  const std::string sizes = fmt::format("{}", fmt::join(array.sizes, " x "));
  if (size < expected) {
    array.file.fail(size, fmt::format("the data end; expected {} values (cut short? fetch the file again)", sizes));
  }
  if (size > expected) {
    array.file.fail(expected,
                    fmt::format("{} bytes follow the {} values; expected the end of the file", size - expected, sizes));
  }
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& path, std::size_t dimensions) {
  IdxArray array{read_gzip_or_plain_file(path), {}, kFieldBytes * (1 + dimensions)};
  check_header(array, dimensions);
  for (std::size_t i = 1; i <= dimensions; ++i) array.sizes.push_back(big_endian(array.file.bytes, kFieldBytes * i));
  check_length(array);
  return array;
}

}  // namespace scalemark::data
