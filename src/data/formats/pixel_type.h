#pragma once

#include <cstddef>

namespace scalemark::data {

/// The numbers that images become in a batch.
enum class PixelType { kFloat64, kFloat32, kBfloat16, kFloat16 };

constexpr std::size_t bytes_of(PixelType type) {
  switch (type) {
    case PixelType::kFloat64:
      return 8;
    case PixelType::kFloat32:
      return 4;
    case PixelType::kBfloat16:
    case PixelType::kFloat16:
      return 2;
  }
  return 0;
}

}  // namespace scalemark::data
