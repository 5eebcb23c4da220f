#pragma once

#include <cstdint>
#include <vector>

#include "data/formats/image_decoder.h"

namespace scalemark::data {

/// What one thread needs to read images. Kept from image to image, so that nothing is allocated per image.
struct ImageScratch {
  std::vector<std::uint8_t> stored;  ///< bytes of a file
  std::vector<std::uint8_t> pixels;  ///< of a decoded image
  ImageDecoder decoder;
};

}  // namespace scalemark::data
