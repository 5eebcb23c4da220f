#pragma once

#include "kernels/norm_block.h"
#include "kernels/norm_tail.h"

// See norm_stages.h.
namespace scalemark::kernels {

// Relative to the channel's value in the block's first row: sums of squares of values far from zero would have no digit
// left.
template <typename Value, typename Block>
SCALEMARK_HOST_DEVICE void sum_moments(Block& block, const NormPass& pass, const NormGrid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  constexpr int kAhead = 8;
  const BlockSlots<ValueSums<float>> slots{block.template shared<ValueSums<float>>(), grid.threads_x, kValues};
  const std::int64_t first_row = block.row_block * grid.rows_per_block;
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, y);
    ValueSums<float> own[kValues] = {};
    if (share.begin < share.end) {
      const auto load = [&](std::int64_t row) { return load_vector<Value>(pass.x, row * grid.columns + share.column); };
      const NormVector<Value> origin = load(first_row);
      for_each_row<kAhead>(
          share.begin, share.end, grid.threads_y, load, [&](std::int64_t, const NormVector<Value>& values) {
            for (int i = 0; i < kValues; ++i) {
              const float deviation = static_cast<float>(values.values[i]) - static_cast<float>(origin.values[i]);
              own[i].add({deviation, deviation * deviation});
            }
          });
    }
    for (int i = 0; i < kValues; ++i) slots.at(x, y, i) = own[i];
  });
  fold(block, slots, grid.threads_y);
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, 0);
    if (y > 0 || share.column >= grid.columns) return;
    const auto origin = load_vector<Value>(pass.x, first_row * grid.columns + share.column);
    const auto rows = static_cast<float>(share.end - share.begin);
    for (int i = 0; i < kValues; ++i) {
      const ValueSums<float>& sums = slots.at(x, 0, i);
      const std::int64_t at = std::int64_t{block.row_block} * grid.channels + share.column * kValues + i;
      pass.first[at] = static_cast<float>(origin.values[i]) + sums.first / rows;
      pass.second[at] = sums.second - sums.first * sums.first / rows;
    }
  });
}

SCALEMARK_HOST_DEVICE inline double rows_of_block(const NormGrid& grid, std::int64_t row_block) {
  const std::int64_t begin = row_block * grid.rows_per_block;
  const std::int64_t left = grid.rows - begin;
  return static_cast<double>(left < grid.rows_per_block ? left : grid.rows_per_block);
}

SCALEMARK_HOST_DEVICE inline double square_root(double value) {
#if defined(__CUDA_ARCH__)
  return ::sqrt(value);
#else
  return __builtin_sqrt(value);
#endif
}

/// @param sums  of the deviations from `origin`, and of their squares
SCALEMARK_HOST_DEVICE inline void write_moments(const NormPass& pass, const NormGrid& grid, int channel, double origin,
                                                const ValueSums<double>& sums) {
  const auto count = static_cast<double>(grid.rows);
  const double mean = origin + sums.first / count;
  const double squares = sums.second - sums.first * sums.first / count;
  pass.mean[channel] = static_cast<float>(mean);
  pass.inverse_deviation[channel] = static_cast<float>(1 / square_root(squares / count + pass.epsilon));
  if (pass.running_mean == nullptr) return;
  if (channel == 0) ++*pass.batches;
  const double keep = 1 - pass.momentum;
  const double bessel = pass.momentum / (count - 1);
  pass.running_mean[channel] = static_cast<float>(keep * pass.running_mean[channel] + pass.momentum * mean);
  pass.running_variance[channel] = static_cast<float>(keep * pass.running_variance[channel] + bessel * squares);
}

// Relative to the first block's mean: in fp64 nothing is lost by it, and sums need no division on the way, as means of
// means would.
template <typename Block>
SCALEMARK_HOST_DEVICE void finish_moments(Block& block, const NormPass& pass, const NormGrid& grid) {
  finish_channels(
      block, pass, grid,
      [&](int channel) {
        const double origin = pass.first[channel];
        return [&grid, origin](std::int64_t part, const ValueSums<float>& found) {
          const double rows = rows_of_block(grid, part);
          const double deviation = found.first - origin;
          return ValueSums<double>{rows * deviation, found.second + rows * deviation * deviation};
        };
      },
      [&](int channel, const ValueSums<double>& sums) {
        write_moments(pass, grid, channel, pass.first[channel], sums);
      });
}

template <typename Value, NormTail kTail, typename Block>
SCALEMARK_HOST_DEVICE void normalize(Block& block, const NormPass& pass, const NormGrid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  struct Row {
    NormVector<Value> x;
    NormVector<Value> added;
  };
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, y);
    if (share.begin >= share.end) return;
    const ChannelScales<kValues> of(pass, share.column * kValues);
    const auto load = [&](std::int64_t row) {
      const std::int64_t at = row * grid.columns + share.column;
      Row loaded{load_vector<Value>(pass.x, at), {}};
      if constexpr (kTail == NormTail::kAddRelu) loaded.added = load_vector<Value>(pass.residual, at);
      return loaded;
    };
    for_each_row<kMapRowsAhead>(share.begin, share.end, grid.threads_y, load, [&](std::int64_t row, Row loaded) {
      for (int i = 0; i < kValues; ++i) {
        float y_value = static_cast<float>(loaded.x.values[i]) * of.scale[i] + of.shift[i];
        if constexpr (kTail == NormTail::kAddRelu) y_value += static_cast<float>(loaded.added.values[i]);
        // Not max(): what is no number stays none.
        if (kTail != NormTail::kNothing && y_value < 0) y_value = 0;
        loaded.x.values[i] = static_cast<Value>(y_value);
      }
      store_vector(pass.output, row * grid.columns + share.column, loaded.x);
    });
  });
}

}  // namespace scalemark::kernels
