#include "data/formats/jpeg_decoder.h"

#include <fmt/format.h>
#include <turbojpeg.h>

#include <algorithm>
#include <new>
#include <string>

namespace scalemark::data {
namespace {

struct Header {
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
};

void check_header(const Header& header) {
  // What libjpeg calls a file of tables alone: to decode it all the same would write beyond the pixels.
  if (header.width < 1 || header.height < 1) throw JpegError("damaged (the file ends before its image)");
  if (header.colours == TJCS_CMYK || header.colours == TJCS_YCCK) {
    throw JpegError("a CMYK image; expected RGB or grey (convert it, for example: convert -colorspace sRGB)");
  }
  check_pixels(header.width, header.height);
}

/// The smallest of the sizes that the DCT can give which leaves no side below `smallest_side`; else the full one.
DecodedImage shrunk(const DecodedImage& full, int smallest_side) {
  int count = 0;
  const tjscalingfactor* factors = tjGetScalingFactors(&count);
  DecodedImage best = full;
  for (const auto& factor : std::span(factors, count)) {
    const DecodedImage size{TJSCALED(full.height, factor), TJSCALED(full.width, factor), full.height, full.width};
    if (std::min(size.height, size.width) >= smallest_side && size.width < best.width) best = size;
  }
  return best;
}

}  // namespace

struct JpegDecoder::State {
  State() : handle(tjInitDecompress()) {
    if (handle == nullptr) throw std::bad_alloc();
  }
  ~State() { tjDestroy(handle); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[noreturn]] void fail() const { throw JpegError(fmt::format("damaged ({})", tjGetErrorStr2(handle))); }

  tjhandle handle;
};

JpegDecoder::JpegDecoder() : state_(std::make_unique<State>()) {}

JpegDecoder::~JpegDecoder() = default;

DecodedImage JpegDecoder::read_header(std::span<const std::uint8_t> jpeg) {
  if (jpeg.empty()) throw JpegError("is empty; expected a JPEG image");
  if (jpeg.size() < 2 || jpeg[0] != 0xff || jpeg[1] != 0xd8) throw JpegError("is no JPEG image");
  Header header;
  if (tjDecompressHeader3(state_->handle, jpeg.data(), jpeg.size(), &header.width, &header.height, &header.subsampling,
                          &header.colours) != 0) {
    state_->fail();
  }
  check_header(header);
  return {header.height, header.width, header.height, header.width};
}

DecodedImage JpegDecoder::decode(std::span<const std::uint8_t> jpeg, int smallest_side,
                                 std::vector<std::uint8_t>& pixels) {
  const DecodedImage size = shrunk(read_header(jpeg), smallest_side);
  pixels.resize(3 * static_cast<std::size_t>(size.width) * size.height);
  // A warning counts: libjpeg fills what is missing of a cut or damaged image with grey.
  constexpr int kFlags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
  if (tjDecompress2(state_->handle, jpeg.data(), jpeg.size(), pixels.data(), size.width, 0, size.height, TJPF_RGB,
                    kFlags) != 0) {
    state_->fail();
  }
  return size;
}

}  // namespace scalemark::data
