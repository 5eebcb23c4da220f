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

/// What the threads of a block leave each other: [y][of the thread][x], so that neighbours use neighbouring banks.
template <typename Slot>
struct BlockSlots {
  SCALEMARK_HOST_DEVICE Slot& at(int x, int y, int i) const { return slots[(y * slots_of_thread + i) * threads_x + x]; }

  Slot* slots;
  int threads_x;
  int slots_of_thread;
};

/// Adds up over y: halves, so that the order is that of the shape. The sums are those of y = 0.
template <typename Block, typename Slot>
SCALEMARK_HOST_DEVICE void fold(Block& block, const BlockSlots<Slot>& slots, int threads_y) {
  for (int half = threads_y / 2; half > 0; half /= 2) {
    block.each_thread([&](int x, int y) {
      if (y >= half) return;
      for (int i = 0; i < slots.slots_of_thread; ++i) slots.at(x, y, i).add(slots.at(x, y + half, i));
    });
  }
}

/// Calls use(row, what load(row) gave) from `begin` on by `step`, in that order, with the loads of kAhead rows under
/// way at once: one alone would leave a GPU's memory idle.
template <int kAhead, typename Load, typename Use>
SCALEMARK_HOST_DEVICE void for_each_row(std::int64_t begin, std::int64_t end, int step, Load&& load, Use&& use) {
  std::int64_t row = begin;
  for (; row + (kAhead - 1) * step < end; row += kAhead * step) {
    decltype(load(row)) ahead[kAhead];
    SCALEMARK_UNROLL
    for (int i = 0; i < kAhead; ++i) ahead[i] = load(row + i * step);
    SCALEMARK_UNROLL
    for (int i = 0; i < kAhead; ++i) use(row + i * step, ahead[i]);
  }
  for (; row < end; row += step) use(row, load(row));
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

/// What a block of rows left of a channel.
SCALEMARK_HOST_DEVICE inline ValueSums<float> block_sums(const NormPass& pass, const NormGrid& grid,
                                                         std::int64_t row_block, int channel) {
  const std::int64_t at = row_block * grid.channels + channel;
  return {pass.first[at], pass.second[at]};
}

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
