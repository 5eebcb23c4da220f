#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/formats/jpeg_decoder.h"
#include "data/formats/png_decoder.h"

namespace scalemark::data {

inline constexpr int kWholeImage = 1 << 26;  ///< a smallest side that no image is shrunk to

/// Decodes JPEG and PNG images; their first bytes say which they are, and names of files say nothing.
class ImageDecoder {
 public:
  /// As JpegDecoder::decode(); PNG images are decoded in full. @throws ImageError
  DecodedImage decode(std::span<const std::uint8_t> image, int smallest_side, std::vector<std::uint8_t>& pixels);

  /// The sizes that the image's header tells, of which `image` may be the beginning alone. @throws ImageError
  DecodedImage read_header(std::span<const std::uint8_t> image);

 private:
  JpegDecoder jpeg_;
  PngDecoder png_;
};

}  // namespace scalemark::data
