#include "data/formats/png_decoder.h"

#include <fmt/format.h>
#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace scalemark::data {
namespace {

constexpr std::array<std::uint8_t, 8> kSignature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr std::array<std::uint8_t, 8> kHeaderChunk{0, 0, 0, 13, 'I', 'H', 'D', 'R'};  // its length and name
constexpr std::size_t kHeaderBytes = kSignature.size() + kHeaderChunk.size() + 13 + 4;

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

/// What libpng reads from, and what it said when it gave up. Without destructors: its errors jump.
struct Source {
  const std::uint8_t* next = nullptr;
  std::size_t left = 0;
  std::array<char, 128> error{};
};

void take_bytes(png_structp png, png_bytep into, std::size_t bytes) {
  auto* source = static_cast<Source*>(png_get_io_ptr(png));
  if (bytes > source->left) png_error(png, "the file ends before its image");
  std::memcpy(into, source->next, bytes);
  source->next += bytes;
  source->left -= bytes;
}

[[noreturn]] void give_up(png_structp png, png_const_charp message) {
  auto* source = static_cast<Source*>(png_get_error_ptr(png));
  std::snprintf(source->error.data(), source->error.size(), "%s", message);
  png_longjmp(png, 1);
}

// Of chunks that no pixel depends on, such as a colour profile: Pillow decodes such images too.
void pass_over(png_structp, png_const_charp) {}

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : source_{bytes.data(), bytes.size(), {}} {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source_, give_up, pass_over);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, &source_, take_bytes);
    // Texts and profiles may be compressed: they must not take the machine's memory either.
    constexpr png_alloc_size_t kMostChunkBytes = 1 << 20;
    png_set_chunk_malloc_max(png_, kMostChunkBytes);
    png_set_user_limits(png_, kMostPixels, kMostPixels);
  }
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Up to the pixels. Returns whether they are of 16-bit grey, which read() leaves as it is.
  bool begin() {
    bool is_wide_grey = false;
    checked([&] {
      png_read_info(png_, info_);
      is_wide_grey = png_get_color_type(png_, info_) == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png_, info_) == 16;
      if (is_wide_grey) return;
      png_set_expand_gray_1_2_4_to_8(png_);
      png_set_palette_to_rgb(png_);
      png_set_strip_16(png_);
      png_set_strip_alpha(png_);
      png_set_gray_to_rgb(png_);
    });
    return is_wide_grey;
  }

  /// The size of a row that read() writes.
  std::size_t row_bytes() {
    std::size_t bytes = 0;
    checked([&] {
      png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
      bytes = png_get_rowbytes(png_, info_);
    });
    return bytes;
  }

  /// All of the file: what follows the pixels too, since a file that ends before its end was cut short.
  void read(std::uint8_t** rows) {
    checked([&] {
      png_read_image(png_, rows);
      png_read_end(png_, nullptr);
    });
  }

 private:
  /// `work`, whose errors jump here, holds nothing that has a destructor.
  template <typename Work>
  void checked(const Work& work) {
    if (setjmp(png_jmpbuf(png_)) != 0) throw ImageError(fmt::format("damaged ({})", source_.error.data()));
    work();
  }

  Source source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

/// Big-endian 16-bit grey as RGB, as Pillow narrows it.
void narrow(const std::vector<std::uint8_t>& wide, std::vector<std::uint8_t>& pixels) {
  for (std::size_t i = 0; i < wide.size() / 2; ++i) {
    const std::uint8_t value = wide[2 * i] != 0 ? 255 : wide[2 * i + 1];
    std::fill_n(&pixels[3 * i], 3, value);
  }
}

}  // namespace

bool is_png(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= kSignature.size() && std::ranges::equal(bytes.first(kSignature.size()), kSignature);
}

DecodedImage PngDecoder::read_header(std::span<const std::uint8_t> png) {
  if (!is_png(png)) throw ImageError("is no PNG image");
  if (png.size() < kHeaderBytes) throw ImageError("damaged (the file ends before its image)");
  const std::uint8_t* chunk = png.data() + kSignature.size();
  const std::uint8_t* content = chunk + kHeaderChunk.size();
  constexpr std::size_t kChecked = 4 + 13;  // the chunk's name and content
  const auto sum = static_cast<std::uint32_t>(crc32(crc32(0, nullptr, 0), chunk + 4, kChecked));
  if (!std::equal(kHeaderChunk.begin(), kHeaderChunk.end(), chunk) || sum != big_endian(content + 13))
    throw ImageError("damaged (its header)");
  const std::int64_t width = big_endian(content);
  const std::int64_t height = big_endian(content + 4);
  if (width < 1 || height < 1) throw ImageError("damaged (an image without pixels)");
  check_pixels(width, height);
  const auto [columns, rows] = std::pair(static_cast<int>(width), static_cast<int>(height));
  return {rows, columns, rows, columns};
}

DecodedImage PngDecoder::decode(std::span<const std::uint8_t> png, std::vector<std::uint8_t>& pixels) {
  const DecodedImage size = read_header(png);
  const auto values = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  Reader reader(png);
  const bool is_wide_grey = reader.begin();
  std::vector<std::uint8_t>& memory = is_wide_grey ? wide_ : pixels;
  memory.resize((is_wide_grey ? 2 : 3) * values);
  const std::size_t row_bytes = reader.row_bytes();
  if (row_bytes * static_cast<std::size_t>(size.height) != memory.size()) throw ImageError("damaged (its rows)");
  rows_.resize(size.height);
  for (std::size_t row = 0; row < rows_.size(); ++row) rows_[row] = memory.data() + row * row_bytes;
  reader.read(rows_.data());
  if (is_wide_grey) {
    pixels.resize(3 * values);
    narrow(wide_, pixels);
  }
  return size;
}

}  // namespace scalemark::data
