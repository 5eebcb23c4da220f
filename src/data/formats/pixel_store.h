#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "core/host_device.h"

namespace scalemark::data {

/// The 16-bit floating-point numbers, by their bits.
struct Bfloat16 {
  std::uint16_t bits;
};
struct Float16 {
  std::uint16_t bits;
};

/// What a value is computed in before it is rounded to its type.
template <typename Value>
using Wide = std::conditional_t<std::is_same_v<Value, double>, double, float>;

/// std::bit_cast, for the device too.
template <typename To, typename From>
[[gnu::always_inline]] SCALEMARK_HOST_DEVICE inline To same_bits(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

[[gnu::always_inline]] SCALEMARK_HOST_DEVICE inline void store_pixel(double value, double& output) { output = value; }
[[gnu::always_inline]] SCALEMARK_HOST_DEVICE inline void store_pixel(float value, float& output) { output = value; }

/// Rounds to nearest, ties to even. Pixels give no NaN, which this would lose.
[[gnu::always_inline]] SCALEMARK_HOST_DEVICE inline void store_pixel(float value, Bfloat16& output) {
  const auto bits = same_bits<std::uint32_t>(value);
  output.bits = static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// The same for IEEE binary16. Without a branch, so that it vectorises: a subnormal's bits are those that adding 0.5
/// leaves in a float, whose last bit is then worth as much as theirs.
[[gnu::always_inline]] SCALEMARK_HOST_DEVICE inline void store_pixel(float value, Float16& output) {
  constexpr std::uint32_t kSmallestNormal = 0x38800000;
  constexpr std::uint32_t kExponentShift = 0x38000000;
  constexpr std::uint32_t kInfinity = 0x7c00;
  constexpr std::uint32_t kHalfBits = 0x3f000000;
  const auto bits = same_bits<std::uint32_t>(value);
  const std::uint32_t magnitude = bits & 0x7fffffff;
  const std::uint32_t normal = (magnitude + 0xfff + (magnitude >> 13 & 1) - kExponentShift) >> 13;
  const std::uint32_t subnormal = same_bits<std::uint32_t>(same_bits<float>(magnitude) + 0.5F) - kHalfBits;
  const std::uint32_t finite = normal < kInfinity ? normal : kInfinity;
  const std::uint32_t half = magnitude < kSmallestNormal ? subnormal : finite;
  output.bits = static_cast<std::uint16_t>((bits >> 16 & 0x8000) | half);
}

}  // namespace scalemark::data
