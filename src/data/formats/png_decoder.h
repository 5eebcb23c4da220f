#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/formats/encoded_image.h"

namespace scalemark::data {

/// Whether the bytes begin as a PNG image does.
bool is_png(std::span<const std::uint8_t> bytes);

/// Decodes PNG images by libpng to what Pillow's convert("RGB") gives, to the bit: grey and palettes become RGB, alpha
/// is dropped, of 16 bits the upper 8 stay. But for 16-bit grey, of which Pillow keeps the values up to 255 and cuts
/// off what is above.
class PngDecoder {
 public:
  /// Decodes `png` to `pixels`, interleaved RGB, and returns its sizes.
  /// @throws ImageError where it is no PNG, cut short, damaged, or larger than 64 megapixels.
  DecodedImage decode(std::span<const std::uint8_t> png, std::vector<std::uint8_t>& pixels);

  /// The sizes that the image's header tells, of which `png` may be the beginning alone. @throws ImageError
  DecodedImage read_header(std::span<const std::uint8_t> png);

 private:
  std::vector<std::uint8_t> wide_;  // 16-bit grey, before it is narrowed
  std::vector<std::uint8_t*> rows_;
};

}  // namespace scalemark::data
