#pragma once

#include "kernels/norm_block.h"
#include "kernels/norm_tail.h"

// See norm_stages.h.
namespace scalemark::kernels {

/// The gradient behind the tail: that of y where ReLU was positive or not a number, else 0.
template <NormTail kTail, typename Value>
SCALEMARK_HOST_DEVICE inline float behind_tail(float gradient, Value x, Value y, float scale, float shift) {
  if constexpr (kTail == NormTail::kRelu) {
    if (static_cast<float>(x) * scale + shift <= 0) return 0;
  }
  if constexpr (kTail == NormTail::kAddRelu) {
    if (static_cast<float>(y) <= 0) return 0;
  }
  return gradient;
}

template <typename Value, NormTail kTail>
struct GradientRow {
  /// The gradient at the tail's output: the sum of both where there are two.
  SCALEMARK_HOST_DEVICE float arrived(int i) const {
    const auto one = static_cast<float>(gradient.values[i]);
    if constexpr (kTail == NormTail::kAddRelu) return one + static_cast<float>(other_gradient.values[i]);
    return one;
  }

  NormVector<Value> x;
  NormVector<Value> gradient;
  NormVector<Value> y;               ///< zeros unless the tail is kAddRelu
  NormVector<Value> other_gradient;  ///< the same, and where there is none
};

template <typename Value, NormTail kTail>
SCALEMARK_HOST_DEVICE GradientRow<Value, kTail> load_gradient_row(const NormPass& pass, std::int64_t at) {
  GradientRow<Value, kTail> loaded{load_vector<Value>(pass.x, at), load_vector<Value>(pass.gradient, at), {}, {}};
  if constexpr (kTail == NormTail::kAddRelu) {
    loaded.y = load_vector<Value>(pass.y, at);
    if (pass.other_gradient != nullptr) loaded.other_gradient = load_vector<Value>(pass.other_gradient, at);
  }
  return loaded;
}

/// Adds g and g * (x - mean) of a thread's rows to the sums of its channels; with kAddRelu, writes g to pass.masked.
template <typename Value, NormTail kTail, typename Grid, int kValues>
SCALEMARK_HOST_DEVICE void add_gradients(const NormPass& pass, const Grid& grid, const NormShare& share,
                                         ValueSums<float> (&own)[kValues]) {
  constexpr int kAhead = 4;
  const ChannelScales<kValues> of(grid, pass, share.column);
  const ChannelValues<kValues> mean(grid, pass.mean, share.column);
  const auto at = [&](std::int64_t row) { return vector_at(grid, row, share.column); };
  for_each_row<kAhead>(
      share.begin, share.end, grid.threads_y,
      [&](std::int64_t row) { return load_gradient_row<Value, kTail>(pass, at(row)); },
      [&](std::int64_t row, GradientRow<Value, kTail> loaded) {
        for (int i = 0; i < kValues; ++i) {
          const Value value = loaded.x.values[i];
          const float g = behind_tail<kTail>(loaded.arrived(i), value, loaded.y.values[i], of.scale[i], of.shift[i]);
          own[i].add({g, g * (static_cast<float>(value) - mean.values[i])});
          loaded.gradient.values[i] = static_cast<Value>(g);
        }
        if constexpr (kTail == NormTail::kAddRelu) store_vector(pass.masked, at(row), loaded.gradient);
      });
}

template <typename Value, NormTail kTail, typename Block, typename Grid>
SCALEMARK_HOST_DEVICE void sum_gradients(Block& block, const NormPass& pass, const Grid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  sum_block<Value>(
      block, pass, grid,
      [&](const NormShare& share, ValueSums<float>(&own)[kValues]) {
        add_gradients<Value, kTail>(pass, grid, share, own);
      },
      [](const NormShare&) { return [](int, const ValueSums<float>& sums) { return sums; }; });
}

// d x = weight / deviation * (g - mean(g) - x_hat * mean(g * x_hat)), x_hat = (x - mean) / deviation
SCALEMARK_HOST_DEVICE inline void write_gradients(const NormPass& pass, const NormGrid& grid, int channel,
                                                  const ValueSums<double>& sums) {
  const double inverse = pass.inverse_deviation[channel];
  const double scale = pass.weight[channel] * inverse;
  const auto count = static_cast<double>(grid.rows * grid.row_values);
  pass.weight_gradient[channel] = static_cast<float>(sums.second * inverse);
  pass.bias_gradient[channel] = static_cast<float>(sums.first);
  pass.of_deviation[channel] = static_cast<float>(-scale * inverse * inverse * sums.second / count);
  pass.constant[channel] = static_cast<float>(-scale * sums.first / count);
}

template <typename Block>
SCALEMARK_HOST_DEVICE void finish_gradients(Block& block, const NormPass& pass, const NormGrid& grid) {
  finish_channels(
      block, pass, grid,
      [](int) {
        return [](std::int64_t, const ValueSums<float>& found) { return ValueSums<double>{found.first, found.second}; };
      },
      [&](int channel, const ValueSums<double>& sums) { write_gradients(pass, grid, channel, sums); });
}

/// @tparam kTail  kRelu masks here; with kAddRelu the gradient given is masked already.
template <typename Value, NormTail kTail, typename Block, typename Grid>
SCALEMARK_HOST_DEVICE void write_input_gradient(Block& block, const NormPass& pass, const Grid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  constexpr NormTail kMask = kTail == NormTail::kRelu ? NormTail::kRelu : NormTail::kNothing;
  each_share(block, grid, [&](const NormShare& share) {
    const ChannelScales<kValues> of(grid, pass, share.column);
    const ChannelValues<kValues> mean(grid, pass.mean, share.column);
    const ChannelValues<kValues> of_deviation(grid, pass.of_deviation, share.column);
    const ChannelValues<kValues> constant(grid, pass.constant, share.column);
    const auto at = [&](std::int64_t row) { return vector_at(grid, row, share.column); };
    for_each_row<kMapRowsAhead>(
        share.begin, share.end, grid.threads_y,
        [&](std::int64_t row) { return load_gradient_row<Value, kMask>(pass, at(row)); },
        [&](std::int64_t row, GradientRow<Value, kMask> loaded) {
          for (int i = 0; i < kValues; ++i) {
            const Value value = loaded.x.values[i];
            const float g = behind_tail<kMask>(loaded.arrived(i), value, Value{}, of.scale[i], of.shift[i]);
            const float deviation = static_cast<float>(value) - mean.values[i];
            loaded.gradient.values[i] =
                static_cast<Value>(of.scale[i] * g + of_deviation.values[i] * deviation + constant.values[i]);
          }
          store_vector(pass.output, at(row), loaded.gradient);
        });
  });
}

}  // namespace scalemark::kernels
