#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/vector_unit.h"
#include "data/formats/pixel_store.h"

namespace scalemark::data {

/// What values become, in the order in which they lie: those of three channels by turns, or of one alone.
template <typename Value>
struct Scaling {
  static constexpr std::size_t kPeriod = 192;  ///< whole pixels, and whole vectors of 64 bytes
  std::array<Wide<Value>, kPeriod> scale;
  std::array<Wide<Value>, kPeriod> offset;
};

// Passes over pixels, which the compiler vectorises for each unit; on all of them the results are the same to the bit.
// Value is double, float, Bfloat16 or Float16.

/// output[i] = pixels[i] * scale[i] + offset[i], both of which repeat
template <typename Value>
void scale_pixels(VectorUnit unit, const std::uint8_t* pixels, const Scaling<Value>& scaling, std::size_t count,
                  Value* output);

/// The same for the values between two rows: top[i] + (bottom[i] - top[i]) * weight
template <typename Value>
void scale_between(VectorUnit unit, const float* top, const float* bottom, float weight, const Scaling<Value>& scaling,
                   std::size_t count, Value* output);

/// Rows of RGB pixels that are put into a frame.
struct FramedRows {
  const std::uint8_t* pixels;  ///< the first one kept
  std::size_t stride_bytes;    ///< from row to row
  int rows;
  std::size_t left;   ///< black pixels before them,
  std::size_t kept;   ///< pixels of each row,
  std::size_t right;  ///< and black pixels after them
  bool flipped;       ///< those that are kept are put in reverse order
};

/// What frame_rows() may write behind its last row.
inline constexpr std::size_t kFrameSlackBytes = 16;

/// Writes the rows, one after another, to `output`.
void frame_rows(VectorUnit unit, const FramedRows& rows, std::uint8_t* output);

/// The RGB pixels of an image as three planes of `pixels` bytes each.
void split_channels(VectorUnit unit, const std::uint8_t* image, std::size_t pixels, std::uint8_t* planes);

}  // namespace scalemark::data
