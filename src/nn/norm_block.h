#pragma once

#include <cstdint>

#include "core/host_device.h"
#include "nn/norm_pass.h"

namespace scalemark::nn {

template <typename Value>
struct alignas(16) NormVector {
  static constexpr int kValues = 16 / static_cast<int>(sizeof(Value));
  Value values[kValues];
};

/// Count, mean and sum of squared deviations of some values (Chan et al. 1983).
template <typename Real>
struct ValueMoments {
  Real count;
  Real mean;
  Real squares;

  SCALEMARK_HOST_DEVICE void add(const ValueMoments& other) {
    if (other.count == Real{0}) return;
    const Real all = count + other.count;
    const Real step = other.mean - mean;
    const Real share = other.count / all;
    mean += step * share;
    squares += other.squares + step * step * count * share;
    count = all;
  }
};

template <typename Real>
struct ValueSums {
  Real first;
  Real second;

  SCALEMARK_HOST_DEVICE void add(const ValueSums& other) {
    first += other.first;
    second += other.second;
  }
};

/// Adds up over y what the threads left in `slots`, [threads_y][width]: halves, so that the order is that of the shape.
template <typename Block, typename Slot>
SCALEMARK_HOST_DEVICE void fold(Block& block, Slot* slots, int threads_y, int slots_of_thread, int width) {
  for (int half = threads_y / 2; half > 0; half /= 2) {
    block.each_thread([&](int x, int y) {
      if (y >= half) return;
      for (int i = x * slots_of_thread; i < (x + 1) * slots_of_thread; ++i) {
        slots[y * width + i].add(slots[(y + half) * width + i]);
      }
    });
  }
}

/// What one thread of a block works on.
struct NormShare {
  SCALEMARK_HOST_DEVICE NormShare(const NormGrid& grid, int column_group, int row_block, int x, int y)
      : column(column_group * grid.threads_x + x),
        begin(row_block * grid.rows_per_block + y),
        end((row_block + 1) * grid.rows_per_block < grid.rows ? (row_block + 1) * grid.rows_per_block : grid.rows) {
    if (column >= grid.columns) begin = end;
  }

  int column;
  std::int64_t begin;
  std::int64_t end;
};

template <typename Value>
SCALEMARK_HOST_DEVICE inline NormVector<Value> load_vector(const void* map, std::int64_t vector) {
  return static_cast<const NormVector<Value>*>(map)[vector];
}

template <typename Value>
SCALEMARK_HOST_DEVICE inline void store_vector(void* map, std::int64_t vector, const NormVector<Value>& values) {
  static_cast<NormVector<Value>*>(map)[vector] = values;
}

/// What a thread keeps of its channels in registers.
template <int kValues>
struct ChannelValues {
  SCALEMARK_HOST_DEVICE ChannelValues(const float* by_channel, int first_channel) {
    for (int i = 0; i < kValues; ++i) values[i] = by_channel[first_channel + i];
  }

  float values[kValues];
};

/// Batch norm as the affine map of each of a thread's channels that it is once the moments are known.
template <int kValues>
struct ChannelScales {
  SCALEMARK_HOST_DEVICE ChannelScales(const NormPass& pass, int first_channel) {
    for (int i = 0; i < kValues; ++i) {
      const int channel = first_channel + i;
      scale[i] = pass.weight[channel] * pass.inverse_deviation[channel];
      shift[i] = pass.bias[channel] - pass.mean[channel] * scale[i];
    }
  }

  float scale[kValues];
  float shift[kValues];
};

}  // namespace scalemark::nn
