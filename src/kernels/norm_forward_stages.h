#pragma once

#include "kernels/norm_block.h"
#include "kernels/norm_tail.h"

// See norm_stages.h.
namespace scalemark::kernels {

/// Of a channel and the sums over `count` values of their deviations from `origin` and of their squares: its mean, and
/// the sum of the squared deviations from that.
template <typename Value>
SCALEMARK_HOST_DEVICE auto moments_about(const NormVector<Value>& origin, float count) {
  return [origin, count](int i, const ValueSums<float>& sums) {
    return ValueSums<float>{static_cast<float>(origin.values[i]) + sums.first / count,
                            sums.second - sums.first * sums.first / count};
  };
}

/// Of each channel one value of the row: a plane's vector has one channel's alone.
template <typename Value>
SCALEMARK_HOST_DEVICE NormVector<Value> origin_of(const NormGrid&, const NormVector<Value>& row) {
  return row;
}

template <typename Value>
SCALEMARK_HOST_DEVICE NormVector<Value> origin_of(const PlaneGrid&, NormVector<Value> row) {
  for (int i = 1; i < NormVector<Value>::kValues; ++i) row.values[i] = row.values[0];
  return row;
}

// Relative to the channel's value in the block's first row: sums of squares of values far from zero would have no digit
// left.
template <typename Value, typename Block, typename Grid>
SCALEMARK_HOST_DEVICE void sum_moments(Block& block, const NormPass& pass, const Grid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  constexpr int kAhead = 8;
  const std::int64_t first_row = block.row_block * grid.rows_per_block;
  const auto load = [&](std::int64_t row, int column) {
    return load_vector<Value>(pass.x, vector_at(grid, row, column));
  };
  const auto add = [&](const NormShare& share, ValueSums<float>(&own)[kValues]) {
    const NormVector<Value> origin = origin_of(grid, load(first_row, share.column));
    for_each_row<kAhead>(
        share.begin, share.end, grid.threads_y, [&](std::int64_t row) { return load(row, share.column); },
        [&](std::int64_t, const NormVector<Value>& values) {
          for (int i = 0; i < kValues; ++i) {
            const float deviation = static_cast<float>(values.values[i]) - static_cast<float>(origin.values[i]);
            own[i].add({deviation, deviation * deviation});
          }
        });
  };
  sum_block<Value>(block, pass, grid, add, [&](const NormShare& share) {
    return moments_about(origin_of(grid, load(first_row, share.column)),
                         static_cast<float>((share.end - share.begin) * grid.row_values));
  });
}

/// The values of a channel in a block of rows.
SCALEMARK_HOST_DEVICE inline double count_of_block(const NormGrid& grid, std::int64_t row_block) {
  const std::int64_t begin = row_block * grid.rows_per_block;
  const std::int64_t left = grid.rows - begin;
  return static_cast<double>((left < grid.rows_per_block ? left : grid.rows_per_block) * grid.row_values);
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
  const auto count = static_cast<double>(grid.rows * grid.row_values);
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
          const double count = count_of_block(grid, part);
          const double deviation = found.first - origin;
          return ValueSums<double>{count * deviation, found.second + count * deviation * deviation};
        };
      },
      [&](int channel, const ValueSums<double>& sums) {
        write_moments(pass, grid, channel, pass.first[channel], sums);
      });
}

/// What the tail makes of a channel's normalized value. Not max(): what is no number stays none.
template <NormTail kTail, typename Value>
SCALEMARK_HOST_DEVICE inline float with_tail(float normalized, Value added) {
  if constexpr (kTail == NormTail::kAddRelu) normalized += static_cast<float>(added);
  return kTail != NormTail::kNothing && normalized < 0 ? 0 : normalized;
}

template <typename Value, NormTail kTail, typename Block, typename Grid>
SCALEMARK_HOST_DEVICE void normalize(Block& block, const NormPass& pass, const Grid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  struct Row {
    NormVector<Value> x;
    NormVector<Value> added;
  };
  each_share(block, grid, [&](const NormShare& share) {
    const ChannelScales<kValues> of(grid, pass, share.column);
    const auto load = [&](std::int64_t row) {
      const std::int64_t at = vector_at(grid, row, share.column);
      Row loaded{load_vector<Value>(pass.x, at), {}};
      if constexpr (kTail == NormTail::kAddRelu) loaded.added = load_vector<Value>(pass.residual, at);
      return loaded;
    };
    for_each_row<kMapRowsAhead>(share.begin, share.end, grid.threads_y, load, [&](std::int64_t row, Row loaded) {
      for (int i = 0; i < kValues; ++i) {
        const float normalized = static_cast<float>(loaded.x.values[i]) * of.scale[i] + of.shift[i];
        loaded.x.values[i] = static_cast<Value>(with_tail<kTail>(normalized, loaded.added.values[i]));
      }
      store_vector(pass.output, vector_at(grid, row, share.column), loaded.x);
    });
  });
}

}  // namespace scalemark::kernels
