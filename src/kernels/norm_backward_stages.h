#pragma once

#include "kernels/norm_block.h"
#include "kernels/norm_tail.h"

// See norm_stages.h.
namespace scalemark::kernels {

/// The gradient behind the tail: that of y where ReLU let pass, as it does what is no number, else 0.
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

template <typename Value>
struct GradientRow {
  NormVector<Value> x;
  NormVector<Value> gradient;
  NormVector<Value> y;               ///< zeros where nobody asks for it
  NormVector<Value> other_gradient;  ///< the same
};

template <typename Value, NormTail kTail, typename Block>
SCALEMARK_HOST_DEVICE void sum_gradients(Block& block, const NormPass& pass, const NormGrid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  constexpr int kAhead = 4;
  const BlockSlots<ValueSums<float>> slots{block.template shared<ValueSums<float>>(), grid.threads_x, kValues};
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, y);
    ValueSums<float> own[kValues] = {};
    if (share.begin < share.end) {
      const int first_channel = share.column * kValues;
      const ChannelScales<kValues> of(pass, first_channel);
      const ChannelValues<kValues> mean(pass.mean, first_channel);
      const auto load = [&](std::int64_t row) {
        const std::int64_t at = row * grid.columns + share.column;
        GradientRow<Value> loaded{load_vector<Value>(pass.x, at), load_vector<Value>(pass.gradient, at), {}, {}};
        if constexpr (kTail == NormTail::kAddRelu) {
          loaded.y = load_vector<Value>(pass.y, at);
          if (pass.other_gradient != nullptr) loaded.other_gradient = load_vector<Value>(pass.other_gradient, at);
        }
        return loaded;
      };
      for_each_row<kAhead>(
          share.begin, share.end, grid.threads_y, load, [&](std::int64_t row, GradientRow<Value> loaded) {
            for (int i = 0; i < kValues; ++i) {
              const Value value = loaded.x.values[i];
              float gradient = static_cast<float>(loaded.gradient.values[i]);
              if constexpr (kTail == NormTail::kAddRelu)
                gradient += static_cast<float>(loaded.other_gradient.values[i]);
              const float g = behind_tail<kTail>(gradient, value, loaded.y.values[i], of.scale[i], of.shift[i]);
              own[i].add({g, g * (static_cast<float>(value) - mean.values[i])});
              loaded.gradient.values[i] = static_cast<Value>(g);
            }
            if constexpr (kTail == NormTail::kAddRelu)
              store_vector(pass.masked, row * grid.columns + share.column, loaded.gradient);
          });
    }
    for (int i = 0; i < kValues; ++i) slots.at(x, y, i) = own[i];
  });
  fold(block, slots, grid.threads_y);
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, 0);
    if (y > 0 || share.column >= grid.columns) return;
    for (int i = 0; i < kValues; ++i) {
      const std::int64_t at = std::int64_t{block.row_block} * grid.channels + share.column * kValues + i;
      pass.first[at] = slots.at(x, 0, i).first;
      pass.second[at] = slots.at(x, 0, i).second;
    }
  });
}

// d x = weight / deviation * (g - mean(g) - x_hat * mean(g * x_hat)), x_hat = (x - mean) / deviation
SCALEMARK_HOST_DEVICE inline void write_gradients(const NormPass& pass, const NormGrid& grid, int channel,
                                                  const ValueSums<double>& sums) {
  const double inverse = pass.inverse_deviation[channel];
  const double scale = pass.weight[channel] * inverse;
  const auto count = static_cast<double>(grid.rows);
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
template <typename Value, NormTail kTail, typename Block>
SCALEMARK_HOST_DEVICE void write_input_gradient(Block& block, const NormPass& pass, const NormGrid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  constexpr NormTail kMask = kTail == NormTail::kRelu ? NormTail::kRelu : NormTail::kNothing;
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, y);
    if (share.begin >= share.end) return;
    const int first_channel = share.column * kValues;
    const ChannelScales<kValues> of(pass, first_channel);
    const ChannelValues<kValues> mean(pass.mean, first_channel);
    const ChannelValues<kValues> of_deviation(pass.of_deviation, first_channel);
    const ChannelValues<kValues> constant(pass.constant, first_channel);
    const auto load = [&](std::int64_t row) {
      const std::int64_t at = row * grid.columns + share.column;
      return GradientRow<Value>{load_vector<Value>(pass.x, at), load_vector<Value>(pass.gradient, at), {}, {}};
    };
    for_each_row<kMapRowsAhead>(
        share.begin, share.end, grid.threads_y, load, [&](std::int64_t row, GradientRow<Value> loaded) {
          for (int i = 0; i < kValues; ++i) {
            const Value value = loaded.x.values[i];
            const float g = behind_tail<kMask>(static_cast<float>(loaded.gradient.values[i]), value, Value{},
                                               of.scale[i], of.shift[i]);
            const float deviation = static_cast<float>(value) - mean.values[i];
            loaded.gradient.values[i] =
                static_cast<Value>(of.scale[i] * g + of_deviation.values[i] * deviation + constant.values[i]);
          }
          store_vector(pass.output, row * grid.columns + share.column, loaded.gradient);
        });
  });
}

}  // namespace scalemark::kernels
