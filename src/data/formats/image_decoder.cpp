#include "data/formats/image_decoder.h"

#include <fmt/format.h>

namespace scalemark::data {
namespace {

bool is_jpeg(std::span<const std::uint8_t> image) { return image.size() >= 2 && image[0] == 0xff && image[1] == 0xd8; }

/// Whether it is a PNG image, and no JPEG image either.
bool check_is_png(std::span<const std::uint8_t> image) {
  if (is_jpeg(image)) return false;
  if (image.empty()) throw ImageError("is empty; expected a JPEG or PNG image");
  if (!is_png(image)) throw ImageError("is no JPEG or PNG image");
  return true;
}

}  // namespace

void check_pixels(std::int64_t width, std::int64_t height) {
  if (width * height <= kMostPixels) return;
  throw ImageError(fmt::format("an image of {} x {} pixels; expected at most {} pixels", width, height, kMostPixels));
}

DecodedImage ImageDecoder::decode(std::span<const std::uint8_t> image, int smallest_side,
                                  std::vector<std::uint8_t>& pixels) {
  if (check_is_png(image)) return png_.decode(image, pixels);
  return jpeg_.decode(image, smallest_side, pixels);
}

DecodedImage ImageDecoder::read_header(std::span<const std::uint8_t> image) {
  return check_is_png(image) ? png_.read_header(image) : jpeg_.read_header(image);
}

}  // namespace scalemark::data
