#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace scalemark::data {

/// The 16-bit floating-point numbers, by their bits.
struct Bfloat16 {
  std::uint16_t bits;
};
struct Float16 {
  std::uint16_t bits;
};

/// What a value is computed in before it is rounded to its type.
template <typename Value>
using Wide = std::conditional_t<std::is_same_v<Value, double>, double, float>;

// Loops over a row of pixels that the compiler vectorises, for AVX2 too, which is used where the processor has it; with
// or without it the results are the same to the bit. Value is double, float, Bfloat16 or Float16.

/// output[i] = row[i] * scale[i] + offset[i]
template <typename Value>
void scale_row(const std::uint8_t* row, const Wide<Value>* scale, const Wide<Value>* offset, std::size_t count,
               Value* output);

/// The same for the values between two rows: top[i] + (bottom[i] - top[i]) * weight
template <typename Value>
void scale_between(const float* top, const float* bottom, float weight, const Wide<Value>* scale,
                   const Wide<Value>* offset, std::size_t count, Value* output);

/// What reverse_pixels() may write before `output`.
inline constexpr std::size_t kReverseSlackBytes = 16;

/// The RGB pixels of `row` in reverse order. The byte before `output` is written too.
void reverse_pixels(const std::uint8_t* row, std::size_t pixels, std::uint8_t* output);

/// The RGB pixels of `row` as three planes of `pixels` bytes each.
void split_channels(const std::uint8_t* row, std::size_t pixels, std::uint8_t* planes);

}  // namespace scalemark::data
