#include "data/image_kernels.h"

#include <algorithm>
#include <bit>
#include <cstring>

// Each loop is written once, inlined into a function for every processor and one for AVX2 (no fused multiply-add, which
// would round differently).
#define SCALEMARK_INLINE [[gnu::always_inline]] inline
#if defined(__x86_64__)
#define SCALEMARK_AVX2 [[gnu::target("avx2")]]
#else
#define SCALEMARK_AVX2
#endif

namespace scalemark::data {
namespace {

bool detect_avx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

const bool kHasAvx2 = detect_avx2();

SCALEMARK_INLINE void store(double value, double& output) { output = value; }
SCALEMARK_INLINE void store(float value, float& output) { output = value; }

/// Rounds to nearest, ties to even. Pixels give no NaN, which this would lose.
SCALEMARK_INLINE void store(float value, Bfloat16& output) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  output.bits = static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// The same for IEEE binary16. Without a branch, so that it vectorises: a subnormal's bits are those that adding 0.5
/// leaves in a float, whose last bit is then worth as much as theirs.
SCALEMARK_INLINE void store(float value, Float16& output) {
  constexpr std::uint32_t kSmallestNormal = 0x38800000;
  constexpr std::uint32_t kExponentShift = 0x38000000;
  constexpr std::uint32_t kInfinity = 0x7c00;
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t magnitude = bits & 0x7fffffff;
  const std::uint32_t normal = (magnitude + 0xfff + (magnitude >> 13 & 1) - kExponentShift) >> 13;
  const std::uint32_t subnormal =
      std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5F) - std::bit_cast<std::uint32_t>(0.5F);
  const std::uint32_t half = magnitude < kSmallestNormal ? subnormal : std::min(normal, kInfinity);
  output.bits = static_cast<std::uint16_t>((bits >> 16 & 0x8000) | half);
}

template <typename Value>
SCALEMARK_INLINE void scale_loop(const std::uint8_t* __restrict row, const Wide<Value>* __restrict scale,
                                 const Wide<Value>* __restrict offset, std::size_t count, Value* __restrict output) {
  for (std::size_t i = 0; i < count; ++i) store(static_cast<Wide<Value>>(row[i]) * scale[i] + offset[i], output[i]);
}

template <typename Value>
SCALEMARK_INLINE void between_loop(const float* __restrict top, const float* __restrict bottom, float weight,
                                   const Wide<Value>* __restrict scale, const Wide<Value>* __restrict offset,
                                   std::size_t count, Value* __restrict output) {
  for (std::size_t i = 0; i < count; ++i) {
    const float between = top[i] + (bottom[i] - top[i]) * weight;
    store(static_cast<Wide<Value>>(between) * scale[i] + offset[i], output[i]);
  }
}

using Bytes16 [[gnu::vector_size(16)]] = std::uint8_t;

SCALEMARK_INLINE void reverse_loop(const std::uint8_t* row, std::size_t pixels, std::uint8_t* output) {
  constexpr std::size_t kPixelsAtOnce = 5;  // 15 bytes, loaded with the one after them and stored with the one before
  std::size_t x = 0;
  for (; x + kPixelsAtOnce < pixels; x += kPixelsAtOnce) {
    Bytes16 bytes;
    std::memcpy(&bytes, row + 3 * x, sizeof bytes);
    bytes = __builtin_shufflevector(bytes, bytes, 15, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2);
    std::memcpy(output + 3 * (pixels - kPixelsAtOnce - x) - 1, &bytes, sizeof bytes);
  }
  for (; x < pixels; ++x) std::memcpy(output + 3 * (pixels - 1 - x), row + 3 * x, 3);
}

SCALEMARK_INLINE void split_loop(const std::uint8_t* __restrict row, std::size_t pixels,
                                 std::uint8_t* __restrict planes) {
  for (std::size_t x = 0; x < pixels; ++x) {
    planes[x] = row[3 * x];
    planes[pixels + x] = row[3 * x + 1];
    planes[2 * pixels + x] = row[3 * x + 2];
  }
}

template <typename Value>
SCALEMARK_AVX2 void scale_avx2(const std::uint8_t* row, const Wide<Value>* scale, const Wide<Value>* offset,
                               std::size_t count, Value* output) {
  scale_loop(row, scale, offset, count, output);
}

template <typename Value>
SCALEMARK_AVX2 void between_avx2(const float* top, const float* bottom, float weight, const Wide<Value>* scale,
                                 const Wide<Value>* offset, std::size_t count, Value* output) {
  between_loop(top, bottom, weight, scale, offset, count, output);
}

SCALEMARK_AVX2 void reverse_avx2(const std::uint8_t* row, std::size_t pixels, std::uint8_t* output) {
  reverse_loop(row, pixels, output);
}

SCALEMARK_AVX2 void split_avx2(const std::uint8_t* row, std::size_t pixels, std::uint8_t* planes) {
  split_loop(row, pixels, planes);
}

}  // namespace

template <typename Value>
void scale_row(const std::uint8_t* row, const Wide<Value>* scale, const Wide<Value>* offset, std::size_t count,
               Value* output) {
  kHasAvx2 ? scale_avx2(row, scale, offset, count, output) : scale_loop(row, scale, offset, count, output);
}

template <typename Value>
void scale_between(const float* top, const float* bottom, float weight, const Wide<Value>* scale,
                   const Wide<Value>* offset, std::size_t count, Value* output) {
  kHasAvx2 ? between_avx2(top, bottom, weight, scale, offset, count, output)
           : between_loop(top, bottom, weight, scale, offset, count, output);
}

void reverse_pixels(const std::uint8_t* row, std::size_t pixels, std::uint8_t* output) {
  kHasAvx2 ? reverse_avx2(row, pixels, output) : reverse_loop(row, pixels, output);
}

void split_channels(const std::uint8_t* row, std::size_t pixels, std::uint8_t* planes) {
  kHasAvx2 ? split_avx2(row, pixels, planes) : split_loop(row, pixels, planes);
}

// A type cannot stand in parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
#define SCALEMARK_INSTANTIATE(Value)                                                                                  \
  template void scale_row(const std::uint8_t*, const Wide<Value>*, const Wide<Value>*, std::size_t, Value*);          \
  template void scale_between(const float*, const float*, float, const Wide<Value>*, const Wide<Value>*, std::size_t, \
                              Value*);
SCALEMARK_INSTANTIATE(double)
SCALEMARK_INSTANTIATE(float)
SCALEMARK_INSTANTIATE(Bfloat16)
SCALEMARK_INSTANTIATE(Float16)
#undef SCALEMARK_INSTANTIATE
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace scalemark::data
