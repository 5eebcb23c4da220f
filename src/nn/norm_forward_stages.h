#pragma once

#include "nn/norm_block.h"
#include "nn/norm_tail.h"

// See norm_stages.h.
namespace scalemark::nn {

// Relative to the channel's first value: sums of squares of values far from zero would have no digit left.
template <typename Value, typename Block>
SCALEMARK_HOST_DEVICE void sum_moments(Block& block, const NormPass& pass, const NormGrid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  const int width = grid.threads_x * kValues;
  auto* slots = block.template shared<ValueMoments<float>>();
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, y);
    float origin[kValues] = {};
    float sums[kValues] = {};
    float squares[kValues] = {};
    float count = 0;
    for (std::int64_t row = share.begin; row < share.end; row += grid.threads_y) {
      const auto values = load_vector<Value>(pass.x, row * grid.columns + share.column);
      for (int i = 0; i < kValues; ++i) {
        if (count == 0) origin[i] = static_cast<float>(values.values[i]);
        const float deviation = static_cast<float>(values.values[i]) - origin[i];
        sums[i] += deviation;
        squares[i] += deviation * deviation;
      }
      count += 1;
    }
    const float divisor = count > 0 ? count : 1;
    for (int i = 0; i < kValues; ++i) {
      slots[y * width + x * kValues + i] = {count, origin[i] + sums[i] / divisor,
                                            squares[i] - sums[i] * sums[i] / divisor};
    }
  });
  fold(block, slots, grid.threads_y, kValues, width);
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, 0);
    if (y > 0 || share.column >= grid.columns) return;
    for (int i = 0; i < kValues; ++i) {
      const std::int64_t at = std::int64_t{block.row_block} * grid.channels + share.column * kValues + i;
      pass.first[at] = slots[x * kValues + i].mean;
      pass.second[at] = slots[x * kValues + i].squares;
    }
  });
}

SCALEMARK_HOST_DEVICE inline double rows_of_block(const NormGrid& grid, int row_block) {
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

SCALEMARK_HOST_DEVICE inline void write_moments(const NormPass& pass, int channel, const ValueMoments<double>& all) {
  pass.mean[channel] = static_cast<float>(all.mean);
  pass.inverse_deviation[channel] = static_cast<float>(1 / square_root(all.squares / all.count + pass.epsilon));
  if (pass.running_mean == nullptr) return;
  const double keep = 1 - pass.momentum;
  const double bessel = pass.momentum / (all.count - 1);
  pass.running_mean[channel] = static_cast<float>(keep * pass.running_mean[channel] + pass.momentum * all.mean);
  pass.running_variance[channel] = static_cast<float>(keep * pass.running_variance[channel] + bessel * all.squares);
}

template <typename Block>
SCALEMARK_HOST_DEVICE void finish_moments(Block& block, const NormPass& pass, const NormGrid& grid) {
  auto* slots = block.template shared<ValueMoments<double>>();
  block.each_thread([&](int x, int y) {
    const int channel = block.column_group * kFinishThreadsX + x;
    ValueMoments<double> own{0, 0, 0};
    for (int part = y; part < grid.row_blocks && channel < grid.channels; part += kFinishThreadsY) {
      const std::int64_t at = std::int64_t{part} * grid.channels + channel;
      own.add({rows_of_block(grid, part), pass.first[at], pass.second[at]});
    }
    slots[y * kFinishThreadsX + x] = own;
  });
  fold(block, slots, kFinishThreadsY, 1, kFinishThreadsX);
  block.each_thread([&](int x, int y) {
    const int channel = block.column_group * kFinishThreadsX + x;
    if (y == 0 && channel < grid.channels) write_moments(pass, channel, slots[x]);
  });
}

template <typename Value, NormTail kTail, typename Block>
SCALEMARK_HOST_DEVICE void normalize(Block& block, const NormPass& pass, const NormGrid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, y);
    if (share.begin >= share.end) return;
    const ChannelScales<kValues> of(pass, share.column * kValues);
    for (std::int64_t row = share.begin; row < share.end; row += grid.threads_y) {
      const std::int64_t at = row * grid.columns + share.column;
      auto values = load_vector<Value>(pass.x, at);
      NormVector<Value> added{};
      if constexpr (kTail == NormTail::kAddRelu) added = load_vector<Value>(pass.residual, at);
      for (int i = 0; i < kValues; ++i) {
        float y_value = static_cast<float>(values.values[i]) * of.scale[i] + of.shift[i];
        if constexpr (kTail == NormTail::kAddRelu) y_value += static_cast<float>(added.values[i]);
        // Not max(): what is no number stays none.
        if (kTail != NormTail::kNothing && y_value < 0) y_value = 0;
        values.values[i] = static_cast<Value>(y_value);
      }
      store_vector(pass.output, at, values);
    }
  });
}

}  // namespace scalemark::nn
