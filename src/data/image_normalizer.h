#pragma once

#include <c10/core/ScalarType.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

#include "data/dataset.h"

namespace scalemark::data {

/// Turns uint8 images into (pixel / 255 - mean) / standard deviation in the training's dtype and layout, in one pass:
/// a channel has 256 possible values, which are computed once, in double precision.
class ImageNormalizer {
 public:
  /// @throws std::invalid_argument unless dtype is float64, float32, bfloat16 or float16 and there are 3 channels.
  ImageNormalizer(const Normalization& normalization, const ImageShape& shape, c10::ScalarType dtype,
                  bool channels_last);

  /// Writes the CHW image `pixels` (shape.bytes() of them) to `destination`, as CHW or HWC values of the dtype.
  void write(std::span<const std::uint8_t> pixels, std::byte* destination) const;

 private:
  template <typename Value>
  using Tables = std::array<std::array<Value, 256>, 3>;
  using AnyTables = std::variant<Tables<double>, Tables<float>, Tables<c10::BFloat16>, Tables<c10::Half>>;

  template <typename Value>
  static AnyTables make_tables(const Normalization& normalization);
  static AnyTables make_tables(const Normalization& normalization, c10::ScalarType dtype);

  AnyTables tables_;
  bool channels_last_;
};

}  // namespace scalemark::data
