#pragma once

#include <cstdint>

#include "core/host_device.h"

namespace scalemark::kernels {

/// The ImageNet stem's max-pooling along one axis: windows of 3 with stride 2, whose first begins one before the map.
constexpr int kPoolWindow = 3;
constexpr int kPoolStride = 2;
constexpr int kPoolPadding = 1;

SCALEMARK_HOST_DEVICE constexpr std::int64_t pooled_size(std::int64_t size) {
  return (size + 2 * kPoolPadding - kPoolWindow) / kPoolStride + 1;
}

struct AxisRange {
  std::int64_t begin, end;
};

/// The values of window `output`.
SCALEMARK_HOST_DEVICE constexpr AxisRange values_of_window(std::int64_t output, std::int64_t size) {
  const std::int64_t begin = output * kPoolStride - kPoolPadding;
  const std::int64_t end = begin + kPoolWindow;
  return {begin < 0 ? 0 : begin, end < size ? end : size};
}

/// The windows that value `input` is in.
SCALEMARK_HOST_DEVICE constexpr AxisRange windows_of_value(std::int64_t input, std::int64_t size) {
  const std::int64_t end = (input + kPoolPadding) / kPoolStride + 1;
  const std::int64_t windows = pooled_size(size);
  return {(input + kPoolPadding - kPoolWindow + kPoolStride) / kPoolStride, end < windows ? end : windows};
}

struct MapPosition {
  std::int64_t row, column;
};

/// Where in the window of both axes the value `input` is: by rows, 0 to 8.
SCALEMARK_HOST_DEVICE constexpr int place_in_window(MapPosition input, MapPosition window) {
  const std::int64_t row = input.row + kPoolPadding - window.row * kPoolStride;
  const std::int64_t column = input.column + kPoolPadding - window.column * kPoolStride;
  return static_cast<int>(kPoolWindow * row + column);
}

}  // namespace scalemark::kernels
