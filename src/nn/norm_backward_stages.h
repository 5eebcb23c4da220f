#pragma once

#include "nn/norm_block.h"
#include "nn/norm_tail.h"

// See norm_stages.h.
namespace scalemark::nn {

/// The gradient behind the tail: that of y where ReLU let pass, as it does what is no number, else 0.
template <NormTail kTail, typename Value>
SCALEMARK_HOST_DEVICE inline float behind_tail(Value gradient, Value x, Value y, float scale, float shift) {
  if constexpr (kTail == NormTail::kRelu) {
    if (static_cast<float>(x) * scale + shift <= 0) return 0;
  }
  if constexpr (kTail == NormTail::kAddRelu) {
    if (static_cast<float>(y) <= 0) return 0;
  }
  return static_cast<float>(gradient);
}

template <typename Value, NormTail kTail, typename Block>
SCALEMARK_HOST_DEVICE void sum_gradients(Block& block, const NormPass& pass, const NormGrid& grid) {
  constexpr int kValues = NormVector<Value>::kValues;
  const int width = grid.threads_x * kValues;
  auto* slots = block.template shared<ValueSums<float>>();
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, y);
    ValueSums<float> own[kValues] = {};
    if (share.begin < share.end) {
      const int first_channel = share.column * kValues;
      const ChannelScales<kValues> of(pass, first_channel);
      const ChannelValues<kValues> mean(pass.mean, first_channel);
      for (std::int64_t row = share.begin; row < share.end; row += grid.threads_y) {
        const std::int64_t at = row * grid.columns + share.column;
        const auto values = load_vector<Value>(pass.x, at);
        auto gradient = load_vector<Value>(pass.gradient, at);
        NormVector<Value> output{};
        if constexpr (kTail == NormTail::kAddRelu) output = load_vector<Value>(pass.y, at);
        for (int i = 0; i < kValues; ++i) {
          const float g =
              behind_tail<kTail>(gradient.values[i], values.values[i], output.values[i], of.scale[i], of.shift[i]);
          own[i].add({g, g * (static_cast<float>(values.values[i]) - mean.values[i])});
          gradient.values[i] = static_cast<Value>(g);
        }
        if constexpr (kTail == NormTail::kAddRelu) store_vector(pass.masked, at, gradient);
      }
    }
    for (int i = 0; i < kValues; ++i) slots[y * width + x * kValues + i] = own[i];
  });
  fold(block, slots, grid.threads_y, kValues, width);
  block.each_thread([&](int x, int y) {
    const NormShare share(grid, block.column_group, block.row_block, x, 0);
    if (y > 0 || share.column >= grid.columns) return;
    for (int i = 0; i < kValues; ++i) {
      const std::int64_t at = std::int64_t{block.row_block} * grid.channels + share.column * kValues + i;
      pass.first[at] = slots[x * kValues + i].first;
      pass.second[at] = slots[x * kValues + i].second;
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
  auto* slots = block.template shared<ValueSums<double>>();
  block.each_thread([&](int x, int y) {
    const int channel = block.column_group * kFinishThreadsX + x;
    ValueSums<double> own{0, 0};
    for (int part = y; part < grid.row_blocks && channel < grid.channels; part += kFinishThreadsY) {
      const std::int64_t at = std::int64_t{part} * grid.channels + channel;
      own.add({pass.first[at], pass.second[at]});
    }
    slots[y * kFinishThreadsX + x] = own;
  });
  fold(block, slots, kFinishThreadsY, 1, kFinishThreadsX);
  block.each_thread([&](int x, int y) {
    const int channel = block.column_group * kFinishThreadsX + x;
    if (y == 0 && channel < grid.channels) write_gradients(pass, grid, channel, slots[x]);
  });
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
    for (std::int64_t row = share.begin; row < share.end; row += grid.threads_y) {
      const std::int64_t at = row * grid.columns + share.column;
      const auto values = load_vector<Value>(pass.x, at);
      auto gradient = load_vector<Value>(pass.gradient, at);
      for (int i = 0; i < kValues; ++i) {
        const float g = behind_tail<kMask>(gradient.values[i], values.values[i], Value{}, of.scale[i], of.shift[i]);
        const float deviation = static_cast<float>(values.values[i]) - mean.values[i];
        gradient.values[i] =
            static_cast<Value>(of.scale[i] * g + of_deviation.values[i] * deviation + constant.values[i]);
      }
      store_vector(pass.output, at, gradient);
    }
  });
}

}  // namespace scalemark::nn
