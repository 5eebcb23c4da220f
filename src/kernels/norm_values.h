#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <bit>
#include <cstdint>

#include "core/vector_unit.h"

namespace scalemark::kernels {

SCALEMARK_INLINE float load(float value) { return value; }
SCALEMARK_INLINE double load(double value) { return value; }
SCALEMARK_INLINE float load(c10::BFloat16 value) { return std::bit_cast<float>(std::uint32_t{value.x} << 16); }
SCALEMARK_INLINE float load(c10::Half value) { return static_cast<float>(value); }

SCALEMARK_INLINE void store(float value, float& output) { output = value; }
SCALEMARK_INLINE void store(double value, double& output) { output = value; }
SCALEMARK_INLINE void store(float value, c10::Half& output) { output = value; }

// To nearest, ties to even, without a branch.
SCALEMARK_INLINE void store(float value, c10::BFloat16& output) {
  constexpr std::uint32_t kNan = 0x7fc0;
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  output.x = static_cast<std::uint16_t>(value != value ? kNan : rounded);
}

// NaN passes, as it does LibTorch's ReLU: it must be seen in the loss.
template <typename Sums>
SCALEMARK_INLINE Sums relu(Sums value) {
  return value <= 0 ? Sums{0} : value;
}

}  // namespace scalemark::kernels
