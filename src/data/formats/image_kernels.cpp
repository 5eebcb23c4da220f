#include "data/formats/image_kernels.h"

#include <algorithm>
#include <cstring>

#include "data/formats/pixel_store.h"

// Fused multiply-add, which would round differently, is switched off for this file.
namespace scalemark::data {
namespace {

template <typename Value>
SCALEMARK_INLINE void scale_loop(const std::uint8_t* __restrict pixels, const Scaling<Value>* __restrict scaling,
                                 std::size_t count, Value* __restrict output) {
  constexpr std::size_t kPeriod = Scaling<Value>::kPeriod;
  for (; count >= kPeriod; count -= kPeriod, pixels += kPeriod, output += kPeriod) {
    for (std::size_t i = 0; i < kPeriod; ++i) {
      store_pixel(static_cast<Wide<Value>>(pixels[i]) * scaling->scale[i] + scaling->offset[i], output[i]);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    store_pixel(static_cast<Wide<Value>>(pixels[i]) * scaling->scale[i] + scaling->offset[i], output[i]);
  }
}

template <typename Value>
SCALEMARK_INLINE void between_loop(const float* __restrict top, const float* __restrict bottom, float weight,
                                   const Scaling<Value>* __restrict scaling, std::size_t count,
                                   Value* __restrict output) {
  constexpr std::size_t kPeriod = Scaling<Value>::kPeriod;
  for (std::size_t first = 0; first < count; first += kPeriod) {
    for (std::size_t i = 0; i < std::min(kPeriod, count - first); ++i) {
      const float between = top[first + i] + (bottom[first + i] - top[first + i]) * weight;
      store_pixel(static_cast<Wide<Value>>(between) * scaling->scale[i] + scaling->offset[i], output[first + i]);
    }
  }
}

using Bytes16 [[gnu::vector_size(16)]] = std::uint8_t;

SCALEMARK_INLINE Bytes16 load16(const std::uint8_t* from) {
  Bytes16 bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

SCALEMARK_INLINE void store16(Bytes16 bytes, std::uint8_t* to) { std::memcpy(to, &bytes, sizeof bytes); }

/// At least `count` bytes, in whole vectors.
SCALEMARK_INLINE void blacken(std::uint8_t* output, std::size_t count) {
  for (std::size_t i = 0; i < count; i += sizeof(Bytes16)) store16(Bytes16{}, output + i);
}

SCALEMARK_INLINE void copy_row(const std::uint8_t* row, std::size_t count, std::uint8_t* output) {
  std::size_t i = 0;
  for (; i + sizeof(Bytes16) <= count; i += sizeof(Bytes16)) store16(load16(row + i), output + i);
  if (i == count) return;
  if (count < sizeof(Bytes16)) {
    for (; i < count; ++i) output[i] = row[i];
  } else {
    store16(load16(row + count - sizeof(Bytes16)), output + count - sizeof(Bytes16));
  }
}

/// Five pixels are the last 15 bytes of a vector that is loaded, and the first 15 of the one that is stored.
SCALEMARK_INLINE void reverse_row(const std::uint8_t* row, std::size_t pixels, std::uint8_t* output) {
  constexpr std::size_t kPixelsAtOnce = 5;
  for (; pixels > kPixelsAtOnce; pixels -= kPixelsAtOnce, output += 3 * kPixelsAtOnce) {
    const Bytes16 bytes = load16(row + 3 * pixels - sizeof(Bytes16));
    store16(__builtin_shufflevector(bytes, bytes, 13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 0), output);
  }
  for (; pixels > 0; --pixels, output += 3) std::memcpy(output, row + 3 * (pixels - 1), 3);
}

// What is written behind a row's end lies in the next row, which comes after it.
SCALEMARK_INLINE void frame_loop(const FramedRows* rows, std::uint8_t* output) {
  const std::uint8_t* pixels = rows->pixels;
  const std::size_t width = rows->left + rows->kept + rows->right;
  for (int y = 0; y < rows->rows; ++y, pixels += rows->stride_bytes, output += 3 * width) {
    blacken(output, 3 * rows->left);
    std::uint8_t* inside = output + 3 * rows->left;
    rows->flipped ? reverse_row(pixels, rows->kept, inside) : copy_row(pixels, 3 * rows->kept, inside);
    blacken(inside + 3 * rows->kept, 3 * rows->right);
  }
}

SCALEMARK_INLINE void split_loop(const std::uint8_t* __restrict image, std::size_t pixels,
                                 std::uint8_t* __restrict planes) {
  for (std::size_t x = 0; x < pixels; ++x) {
    planes[x] = image[3 * x];
    planes[pixels + x] = image[3 * x + 1];
    planes[2 * pixels + x] = image[3 * x + 2];
  }
}

}  // namespace

template <typename Value>
void scale_pixels(VectorUnit unit, const std::uint8_t* pixels, const Scaling<Value>& scaling, std::size_t count,
                  Value* output) {
  run_loop<scale_loop<Value>>(unit, pixels, &scaling, count, output);
}

template <typename Value>
void scale_between(VectorUnit unit, const float* top, const float* bottom, float weight, const Scaling<Value>& scaling,
                   std::size_t count, Value* output) {
  run_loop<between_loop<Value>>(unit, top, bottom, weight, &scaling, count, output);
}

void frame_rows(VectorUnit unit, const FramedRows& rows, std::uint8_t* output) {
  run_loop<frame_loop>(unit, &rows, output);
}

void split_channels(VectorUnit unit, const std::uint8_t* image, std::size_t pixels, std::uint8_t* planes) {
  run_loop<split_loop>(unit, image, pixels, planes);
}

// A type cannot stand in parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
#define SCALEMARK_INSTANTIATE(Value)                                                                             \
  template void scale_pixels(VectorUnit, const std::uint8_t*, const Scaling<Value>&, std::size_t, Value*);       \
  template void scale_between(VectorUnit, const float*, const float*, float, const Scaling<Value>&, std::size_t, \
                              Value*);
SCALEMARK_INSTANTIATE(double)
SCALEMARK_INSTANTIATE(float)
SCALEMARK_INSTANTIATE(Bfloat16)
SCALEMARK_INSTANTIATE(Float16)
#undef SCALEMARK_INSTANTIATE
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace scalemark::data
