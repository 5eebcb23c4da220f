#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "data/formats/encoded_image.h"

namespace scalemark::data {

/// What is wrong with the bytes of a JPEG image.
class JpegError : public ImageError {
 public:
  using ImageError::ImageError;
};

/// Decodes JPEG images by libjpeg-turbo with the accurate DCT and smooth chroma, its defaults and so Pillow's.
class JpegDecoder {
 public:
  JpegDecoder();
  ~JpegDecoder();
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  /// Decodes `jpeg` to `pixels`, interleaved RGB, and returns its sizes: in full, or shrunk within the DCT to the
  /// smallest size of both sides at least `smallest_side`. Grey images become RGB.
  /// @throws JpegError where they are no JPEG, cut short or damaged in any way, CMYK, or larger than 64 megapixels.
  DecodedImage decode(std::span<const std::uint8_t> jpeg, int smallest_side, std::vector<std::uint8_t>& pixels);

  /// The sizes that the image's header tells, of which `jpeg` may be the beginning alone. @throws JpegError as decode()
  DecodedImage read_header(std::span<const std::uint8_t> jpeg);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scalemark::data
