#include "results/superblock.h"

#include <bit>
#include <cstdint>
#include <stdexcept>

namespace scalemark::results {
namespace {

constexpr std::size_t kVersionOffset = 8;
constexpr std::size_t kChecksumOffset = 44;
constexpr std::size_t kWordBytes = 4;

std::uint32_t word_at(std::span<const std::byte> bytes, std::size_t offset) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < kWordBytes; ++i) word |= std::to_integer<std::uint32_t>(bytes[offset + i]) << (8 * i);
  return word;
}

/// Jenkins' lookup3 hash (burtleburtle.net/bob/c/lookup3.c, public domain) of a superblock: three whole blocks of three
/// words and one of two.
std::uint32_t lookup3(std::span<const std::byte> bytes) {
  std::uint32_t a = 0xdeadbeef + static_cast<std::uint32_t>(kChecksumOffset);
  std::uint32_t b = a;
  std::uint32_t c = a;
  const auto stir = [](std::uint32_t& x, std::uint32_t& y, std::uint32_t z, int bits) {
    x = (x - z) ^ std::rotl(z, bits);
    z += y;
    return z;
  };
  std::size_t offset = 0;
  for (; offset + 3 * kWordBytes <= kChecksumOffset; offset += 3 * kWordBytes) {
    a += word_at(bytes, offset);
    b += word_at(bytes, offset + kWordBytes);
    c += word_at(bytes, offset + 2 * kWordBytes);
    c = stir(a, b, c, 4);
    a = stir(b, c, a, 6);
    b = stir(c, a, b, 8);
    c = stir(a, b, c, 16);
    a = stir(b, c, a, 19);
    b = stir(c, a, b, 4);
  }
  a += word_at(bytes, offset);
  b += word_at(bytes, offset + kWordBytes);
  const auto finish = [](std::uint32_t& x, std::uint32_t y, int bits) { x = (x ^ y) - std::rotl(y, bits); };
  finish(c, b, 14);
  finish(a, c, 11);
  finish(b, a, 25);
  finish(c, b, 16);
  finish(a, c, 4);
  finish(b, a, 14);
  finish(c, b, 24);
  return c;
}

}  // namespace

void renew_superblock_checksum(std::span<std::byte> image) {
  if (image.size() < kChecksumOffset + kWordBytes || image[kVersionOffset] != std::byte{2})
    throw std::logic_error("the image has no superblock of version 2");
  const std::uint32_t checksum = lookup3(image);
  for (std::size_t i = 0; i < kWordBytes; ++i) image[kChecksumOffset + i] = std::byte(checksum >> (8 * i));
}

}  // namespace scalemark::results
