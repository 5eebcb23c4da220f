#pragma once

#include <cstdint>
#include <stdexcept>

namespace scalemark::data {

/// What is wrong with the bytes of a compressed image, without the name of its file.
class ImageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct DecodedImage {
  int height = 0;
  int width = 0;
  int stored_height = 0;  ///< before it was shrunk
  int stored_width = 0;
};

/// Beyond any camera's picture in a data set: a header of nonsense must not take the machine's memory.
inline constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;

/// @throws ImageError where an image has more pixels
void check_pixels(std::int64_t width, std::int64_t height);

}  // namespace scalemark::data
