#pragma once

#include <cstdint>

#include "core/host_device.h"
#include "data/augmentation.h"
#include "data/formats/pixel_store.h"

// How a batch is made of images that lie in memory as bytes: the arithmetic of the kernel for GPUs, which the host runs
// too. To the bit what ImageWriter writes.
namespace scalemark::data {

template <typename Value>
struct PlacedBatch {
  const std::uint8_t* images;   ///< [image][height][width][3]
  const std::int64_t* labels;   ///< [image]
  const std::int64_t* indices;  ///< [row] which image
  std::int64_t rows;
  int height;
  int width;
  bool channels_last;
  Augmentation augmentation;
  std::uint64_t seed;
  std::int64_t epoch;
  Wide<Value> scale[3];   ///< by channel
  Wide<Value> offset[3];  ///< by channel
  Value* output;          ///< [row][height][width][3], or [row][3][height][width]
  std::int64_t* output_labels;

  SCALEMARK_HOST_DEVICE int image_values() const { return 3 * height * width; }
};

/// As many values as one store of 16 bytes takes.
template <typename Value>
struct alignas(16) PixelChunk {
  static constexpr int kValues = 16 / static_cast<int>(sizeof(Value));
  Value values[kValues];
};

/// Walks over the values of an image of the batch in the order in which they lie there.
class PixelPosition {
 public:
  SCALEMARK_HOST_DEVICE PixelPosition(int height, int width, bool channels_last, int value)
      : height_(height), width_(width), channels_last_(channels_last) {
    const int place = channels_last ? value / 3 : value % (height * width);
    channel = channels_last ? value % 3 : value / (height * width);
    y = place / width;
    x = place % width;
  }

  SCALEMARK_HOST_DEVICE void advance() {
    if (channels_last_ && ++channel < 3) return;
    if (channels_last_) channel = 0;
    if (++x < width_) return;
    x = 0;
    if (++y < height_ || channels_last_) return;
    y = 0;
    ++channel;
  }

  int channel;
  int y;
  int x;

 private:
  int height_;
  int width_;
  bool channels_last_;
};

/// values[channel], without an index that a GPU could follow in memory alone.
template <typename Real>
SCALEMARK_HOST_DEVICE inline Real of_channel(const Real (&values)[3], int channel) {
  const Real first_two = channel == 0 ? values[0] : values[1];
  return channel == 2 ? values[2] : first_two;
}

template <typename Value>
SCALEMARK_HOST_DEVICE inline Value placed_value(const PlacedBatch<Value>& batch, const std::uint8_t* image,
                                                const Placement& placement, const PixelPosition& at) {
  const int row = at.y + placement.down;
  const int column = (placement.flipped ? batch.width - 1 - at.x : at.x) + placement.right;
  const bool inside = row >= 0 && row < batch.height && column >= 0 && column < batch.width;
  const std::uint8_t byte = inside ? image[3 * (row * batch.width + column) + at.channel] : std::uint8_t{0};
  Value value;
  store_pixel(
      static_cast<Wide<Value>>(byte) * of_channel(batch.scale, at.channel) + of_channel(batch.offset, at.channel),
      value);
  return value;
}

/// The values that `thread` of `threads` writes of a row's image, `kAtOnce` neighbours at a time (a divisor of the
/// image's values; more than 1 only where output is aligned to 16 bytes).
template <typename Value, int kAtOnce>
SCALEMARK_HOST_DEVICE inline void write_placed(const PlacedBatch<Value>& batch, std::int64_t row,
                                               const Placement& placement, int thread, int threads) {
  const int values = batch.image_values();
  const std::uint8_t* image = batch.images + batch.indices[row] * values;
  Value* output = batch.output + row * values;
  for (int first = thread * kAtOnce; first < values; first += threads * kAtOnce) {
    PixelPosition at(batch.height, batch.width, batch.channels_last, first);
    if constexpr (kAtOnce == 1) {
      output[first] = placed_value(batch, image, placement, at);
    } else {
      PixelChunk<Value> chunk;
      SCALEMARK_UNROLL
      for (int i = 0; i < kAtOnce; ++i) {
        chunk.values[i] = placed_value(batch, image, placement, at);
        at.advance();
      }
      *reinterpret_cast<PixelChunk<Value>*>(output + first) = chunk;
    }
  }
  if (thread == 0) batch.output_labels[row] = batch.labels[batch.indices[row]];
}

/// Whether rows can be written by whole chunks.
template <typename Value>
inline bool takes_chunks(const PlacedBatch<Value>& batch) {
  return batch.image_values() % PixelChunk<Value>::kValues == 0;
}

}  // namespace scalemark::data
