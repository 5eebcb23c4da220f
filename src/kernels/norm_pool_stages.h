#pragma once

#include "kernels/norm_block.h"
#include "kernels/pool_window.h"

// See norm_stages.h.
namespace scalemark::kernels {

/// A place for each value of a NormVector.
template <int kValues>
struct alignas(kValues) PlaceVector {
  std::uint8_t values[kValues];
};

/// A pixel of a map, by its number.
struct Pixel {
  SCALEMARK_HOST_DEVICE Pixel(std::int64_t number, std::int64_t height, std::int64_t width)
      : image(number / (height * width)), row(number / width % height), column(number % width) {}

  std::int64_t image, row, column;
};

/// Calls visit(position) for all of a window, row by row.
template <typename Visit>
SCALEMARK_HOST_DEVICE void for_each_position(AxisRange rows, AxisRange columns, const Visit& visit) {
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    for (std::int64_t column = columns.begin; column < columns.end; ++column) visit(MapPosition{row, column});
  }
}

template <typename Value>
struct LargestValues {
  static constexpr int kValues = NormVector<Value>::kValues;

  /// relu(norm(x)), where it is larger than what there is or, as in LibTorch's pooling, no number.
  SCALEMARK_HOST_DEVICE void take(const NormVector<Value>& x, const ChannelScales<kValues>& of, int place, bool first) {
    for (int i = 0; i < kValues; ++i) {
      float value = static_cast<float>(x.values[i]) * of.scale[i] + of.shift[i];
      if (value < 0) value = 0;
      const auto rounded = static_cast<Value>(value);
      value = static_cast<float>(rounded);
      if (!first && !(value > static_cast<float>(values.values[i])) && value == value) continue;
      values.values[i] = rounded;
      places.values[i] = static_cast<std::uint8_t>(place);
    }
  }

  NormVector<Value> values;
  PlaceVector<kValues> places;
};

/// @param grid  of the pooled map
template <typename Value, typename Block>
SCALEMARK_HOST_DEVICE void pool_windows(Block& block, const NormPass& pass, const NormGrid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  const std::int64_t height = pass.height;
  const std::int64_t width = pass.width;
  each_share(block, grid, [&](const NormShare& share) {
    const ChannelScales<kValues> of(grid, pass, share.column);
    for (std::int64_t output = share.begin; output < share.end; output += grid.threads_y) {
      const Pixel pooled(output, pooled_size(height), pooled_size(width));
      const AxisRange rows = values_of_window(pooled.row, height);
      const AxisRange columns = values_of_window(pooled.column, width);
      LargestValues<Value> largest{};
      for_each_position(rows, columns, [&](MapPosition input) {
        const std::int64_t pixel = (pooled.image * height + input.row) * width + input.column;
        const int place = place_in_window(input, {pooled.row, pooled.column});
        largest.take(load_vector<Value>(pass.x, vector_at(grid, pixel, share.column)), of, place,
                     input.row == rows.begin && input.column == columns.begin);
      });
      const std::int64_t at = vector_at(grid, output, share.column);
      store_vector(pass.output, at, largest.values);
      reinterpret_cast<PlaceVector<kValues>*>(pass.places)[at] = largest.places;
    }
  });
}

/// Adds a pooled vector's gradients to the sums of those channels whose value was taken at `place` of the window.
template <typename Value, int kValues>
SCALEMARK_HOST_DEVICE void add_where_taken(const NormPass& pass, std::int64_t at, int place, float (&sums)[kValues]) {
  const auto places = reinterpret_cast<const PlaceVector<kValues>*>(pass.places)[at];
  const auto gradient = load_vector<Value>(pass.gradient, at);
  for (int i = 0; i < kValues; ++i) {
    if (places.values[i] == place) sums[i] += static_cast<float>(gradient.values[i]);
  }
}

/// @param grid  of the map that was pooled
template <typename Value, typename Block>
SCALEMARK_HOST_DEVICE void unpool_gradients(Block& block, const NormPass& pass, const NormGrid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  const std::int64_t height = pass.height;
  const std::int64_t width = pass.width;
  each_share(block, grid, [&](const NormShare& share) {
    for (std::int64_t input = share.begin; input < share.end; input += grid.threads_y) {
      const Pixel pixel(input, height, width);
      const AxisRange rows = windows_of_value(pixel.row, height);
      const AxisRange columns = windows_of_value(pixel.column, width);
      float sums[kValues] = {};
      for_each_position(rows, columns, [&](MapPosition window) {
        const std::int64_t output =
            (pixel.image * pooled_size(height) + window.row) * pooled_size(width) + window.column;
        const int place = place_in_window({pixel.row, pixel.column}, window);
        add_where_taken<Value>(pass, vector_at(grid, output, share.column), place, sums);
      });
      NormVector<Value> output;
      for (int k = 0; k < kValues; ++k) output.values[k] = static_cast<Value>(sums[k]);
      store_vector(pass.output, vector_at(grid, input, share.column), output);
    }
  });
}

}  // namespace scalemark::kernels
