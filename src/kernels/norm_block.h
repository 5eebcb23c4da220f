#pragma once

#include <cstdint>
#include <type_traits>

#include "core/host_device.h"
#include "kernels/norm_pass.h"

namespace scalemark::kernels {

template <typename Value>
struct alignas(16) NormVector {
  static constexpr int kValues = 16 / static_cast<int>(sizeof(Value));
  Value values[kValues];
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

/// Calls work(share) in each thread of a block whose share has rows.
template <typename Block, typename Work>
SCALEMARK_HOST_DEVICE void each_share(Block& block, const NormGrid& grid, const Work& work) {
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, y);
    if (share.begin < share.end) work(share);
  });
}

/// Which vector of a map a row's column is.
SCALEMARK_HOST_DEVICE inline std::int64_t vector_at(const NormGrid& grid, std::int64_t row, int column) {
  return row * grid.columns + column;
}

// In 32 bits, since a GPU divides larger numbers by a long program.
SCALEMARK_HOST_DEVICE inline std::int64_t vector_at(const PlaneGrid& grid, std::int64_t row, int column) {
  const std::int64_t image = static_cast<std::uint32_t>(row) / static_cast<std::uint32_t>(grid.plane_rows);
  const std::int64_t plane = image * grid.channels + column;
  return plane * grid.plane_rows + (row - image * grid.plane_rows);
}

/// Of how many channels a thread's vectors are.
template <typename Grid, int kValues>
constexpr int kChannelsOfThread = std::is_same_v<Grid, PlaneGrid> ? 1 : kValues;

/// What a block of rows left of a channel.
SCALEMARK_HOST_DEVICE inline ValueSums<float> block_sums(const NormPass& pass, const NormGrid& grid,
                                                         std::int64_t row_block, int channel) {
  const std::int64_t at = row_block * grid.channels + channel;
  return {pass.first[at], pass.second[at]};
}

/// Adds up for each channel what the rows of this block have, and leaves it in pass.first and pass.second.
/// @param add     of a thread's share that has rows: adds them to the sums of the share's channels
/// @param finish  of a share: what (its channel, the block's sums) leaves, as ValueSums<float>
template <typename Value, typename Block, typename Grid, typename Add, typename Finish>
SCALEMARK_HOST_DEVICE void sum_block(Block& block, const NormPass& pass, const Grid& grid, const Add& add,
                                     const Finish& finish) {
  constexpr int kValues = NormVector<Value>::kValues;
  constexpr int kChannels = kChannelsOfThread<Grid, kValues>;
  const BlockSlots<ValueSums<float>> slots{block.template shared<ValueSums<float>>(), grid.threads_x, kChannels};
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, y);
    ValueSums<float> own[kValues] = {};
    if (share.begin < share.end) add(share, own);
    for (int i = kChannels; i < kValues; ++i) own[i % kChannels].add(own[i]);
    for (int i = 0; i < kChannels; ++i) slots.at(x, y, i) = own[i];
  });
  fold(block, slots, grid.threads_y);
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, 0);
    if (y > 0 || share.column >= grid.columns) return;
    const auto left = finish(share);
    for (int i = 0; i < kChannels; ++i) {
      const std::int64_t at = std::int64_t{block.row_block} * grid.channels + share.column * kChannels + i;
      const ValueSums<float> sums = left(i, slots.at(x, 0, i));
      pass.first[at] = sums.first;
      pass.second[at] = sums.second;
    }
  });
}

/// Adds up for each channel what all blocks of rows left of it, and hands the sums to one thread.
/// @param of_channel  of a channel: what (block of rows, its sums) adds, as ValueSums<double>
/// @param finish      of a channel and its sums
template <typename Block, typename OfChannel, typename Finish>
SCALEMARK_HOST_DEVICE void finish_channels(Block& block, const NormPass& pass, const NormGrid& grid,
                                           const OfChannel& of_channel, const Finish& finish) {
  const BlockSlots<ValueSums<double>> slots{block.template shared<ValueSums<double>>(), kFinishThreadsX, 1};
  block.each_thread([&](int x, int y) {
    const int channel = block.column_group * kFinishThreadsX + x;
    ValueSums<double> own{0, 0};
    if (channel < grid.channels) {
      const auto added = of_channel(channel);
      for_each_row<kFinishAhead>(
          y, grid.row_blocks, kFinishThreadsY, [&](std::int64_t part) { return block_sums(pass, grid, part, channel); },
          [&](std::int64_t part, const ValueSums<float>& found) { own.add(added(part, found)); });
    }
    slots.at(x, y, 0) = own;
  });
  fold(block, slots, kFinishThreadsY);
  block.each_thread([&](int x, int y) {
    const int channel = block.column_group * kFinishThreadsX + x;
    if (y == 0 && channel < grid.channels) finish(channel, slots.at(x, 0, 0));
  });
}

template <typename Value>
SCALEMARK_HOST_DEVICE inline NormVector<Value> load_vector(const void* map, std::int64_t vector) {
  return static_cast<const NormVector<Value>*>(map)[vector];
}

template <typename Value>
SCALEMARK_HOST_DEVICE inline void store_vector(void* map, std::int64_t vector, const NormVector<Value>& values) {
  static_cast<NormVector<Value>*>(map)[vector] = values;
}

/// What a thread keeps of its channels in registers, for each value of its vectors.
template <int kValues>
struct ChannelValues {
  /// @param by_channel  in memory that lies as vectors need it
  SCALEMARK_HOST_DEVICE ChannelValues(const NormGrid&, const float* by_channel, int column) {
    constexpr int kOfVector = NormVector<float>::kValues;
    SCALEMARK_UNROLL
    for (int i = 0; i < kValues; i += kOfVector) {
      const auto loaded = load_vector<float>(by_channel, (column * kValues + i) / kOfVector);
      SCALEMARK_UNROLL
      for (int j = 0; j < kOfVector; ++j) values[i + j] = loaded.values[j];
    }
  }

  SCALEMARK_HOST_DEVICE ChannelValues(const PlaneGrid&, const float* by_channel, int column) {
    const float value = by_channel[column];
    SCALEMARK_UNROLL
    for (int i = 0; i < kValues; ++i) values[i] = value;
  }

  float values[kValues];
};

/// Batch norm as the affine map of each of a thread's channels that it is once the moments are known.
template <int kValues>
struct ChannelScales {
  template <typename Grid>
  SCALEMARK_HOST_DEVICE ChannelScales(const Grid& grid, const NormPass& pass, int column) {
    const ChannelValues<kValues> weight(grid, pass.weight, column);
    const ChannelValues<kValues> inverse_deviation(grid, pass.inverse_deviation, column);
    const ChannelValues<kValues> bias(grid, pass.bias, column);
    const ChannelValues<kValues> mean(grid, pass.mean, column);
    for (int i = 0; i < kValues; ++i) {
      scale[i] = weight.values[i] * inverse_deviation.values[i];
      shift[i] = bias.values[i] - mean.values[i] * scale[i];
    }
  }

  float scale[kValues];
  float shift[kValues];
};

}  // namespace scalemark::kernels
