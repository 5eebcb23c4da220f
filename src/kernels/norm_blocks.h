#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/norm_loops.h"

namespace scalemark::kernels {

/// How a map lies in memory, and the blocks it is cut into: some rows of [batch * pixels, channels] in channels_last,
/// else one image's planes.
class Blocks {
 public:
  explicit Blocks(const at::Tensor& x)
      : channels_last_(is_channels_last(x)),
        channels_(x.size(1)),
        pixels_(x.numel() / (x.size(0) * x.size(1))),
        rows_(channels_last_ ? x.size(0) * pixels_ : x.size(0)) {
    constexpr std::int64_t kBlockValues = 8192;
    constexpr std::int64_t kMostRows = 512;  // sums in float stay exact
    if (channels_last_) rows_per_block_ = std::clamp(kBlockValues / channels_, std::int64_t{1}, kMostRows);
  }

  static bool is_channels_last(const at::Tensor& x) {
    return x.dim() == 4 && x.is_contiguous(at::MemoryFormat::ChannelsLast);
  }

  std::int64_t count() const { return (rows_ + rows_per_block_ - 1) / rows_per_block_; }
  std::int64_t channels() const { return channels_; }
  std::int64_t values_per_channel() const { return channels_last_ ? rows_ : rows_ * pixels_; }

  /// Values of each channel in a block.
  std::int64_t values_in(std::int64_t block) const {
    return channels_last_ ? std::min(rows_per_block_, rows_ - block * rows_per_block_) : pixels_;
  }

  /// Calls function(loops, shape, offset of the first value, first channel) for the parts of every block.
  template <typename Value, typename Function>
  void for_each(Function&& function) const {
    const NormLoops<Value>& loops = norm_loops<Value>();
    at::parallel_for(0, count(), /*grain_size=*/1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t block = begin; block < end; ++block) {
        if (channels_last_) {
          function(loops.channels_last, BlockShape{values_in(block), channels_}, block * rows_per_block_ * channels_,
                   block, std::int64_t{0});
          continue;
        }
        for (std::int64_t channel = 0; channel < channels_; ++channel) {
          function(loops.plane, BlockShape{1, pixels_}, (block * channels_ + channel) * pixels_, block, channel);
        }
      }
    });
  }

 private:
  bool channels_last_;
  std::int64_t channels_;
  std::int64_t pixels_;  // of an image
  std::int64_t rows_;
  std::int64_t rows_per_block_ = 1;
};

/// Two values per block and channel.
template <typename Sums>
struct BlockSums {
  explicit BlockSums(const Blocks& blocks)
      : channels(blocks.channels()), first(blocks.count() * channels), second(blocks.count() * channels) {}

  std::int64_t channels;
  std::vector<Sums> first, second;  // [block, channel]
};

}  // namespace scalemark::kernels
