#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

namespace scalemark::data {

/// What is wrong with the bytes of a JPEG image, without the name of its file.
class JpegError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct DecodedImage {
  int height = 0;
  int width = 0;
  int stored_height = 0;  ///< before it was shrunk
  int stored_width = 0;
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
