#pragma once

#include <cstdint>

namespace scalemark::kernels {

enum class NormStage {
  kMoments,          ///< of each block's rows
  kFinishMoments,    ///< over blocks; updates the running statistics
  kNormalize,        ///< writes y
  kGradientSums,     ///< of each block's rows; writes the residual's gradient
  kFinishGradients,  ///< over blocks: gradients of weight and bias
  kInputGradient,    ///< writes x's gradient
  kPool,             ///< writes the pooled y and the places of its values
  kUnpool,           ///< writes the gradient of what was pooled
};

/// How a map is cut. A thread holds 16 bytes of a row: in channels_last neighbouring channels of a pixel; in planes
/// (NCHW) neighbouring pixels of a channel, each of which is a column of its own.
struct NormGrid {
  std::int64_t rows = 0;  ///< batch x height x width, by row_values
  int channels = 0;
  int columns = 0;        ///< of 16 bytes
  int threads_x = 1;      ///< columns of a block
  int threads_y = 1;      ///< rows that a block works on at once
  int column_groups = 1;  ///< blocks side by side
  int row_blocks = 1;     ///< blocks one below the other
  std::int64_t rows_per_block = 0;
  int row_values = 1;           ///< that a channel has in a row
  std::int64_t plane_rows = 0;  ///< in planes: rows of an image; 0: channels_last
};

/// A grid of planes, for functions that tell one from the other by its type.
struct PlaneGrid : NormGrid {};

/// The threads of the stages that finish over blocks, and the blocks' sums that each has under way at once.
constexpr int kFinishThreadsX = 8;  // channels
constexpr int kFinishThreadsY = 64;
constexpr int kFinishAhead = 4;

constexpr int kNormThreads = 256;
/// Rows that a thread of kNormalize and kInputGradient has under way at once.
constexpr int kMapRowsAhead = 4;

/// How a stage is best cut.
struct NormCut {
  int fewest_turns;  ///< rows that each thread sees at least, where there are so many
  int most_blocks;
};
/// Of the stages that sum: each block costs a fold over its threads, and a turn of the stage that finishes.
constexpr NormCut kSumCut{8, 1024};
/// Of those that write a map.
constexpr NormCut kMapCut{kMapRowsAhead, 2048};

/// Cuts the rows, once the columns are cut.
inline void cut_rows(NormGrid& grid, const NormCut& cut) {
  const std::int64_t rows = grid.rows;
  const std::int64_t rows_at_least = std::int64_t{cut.fewest_turns} * grid.threads_y;
  const std::int64_t useful = (rows + rows_at_least - 1) / rows_at_least;
  const std::int64_t most = cut.most_blocks / grid.column_groups > 0 ? cut.most_blocks / grid.column_groups : 1;
  const std::int64_t wanted = useful < most ? useful : most;
  // A multiple, so that no thread is left with rows one by one.
  const std::int64_t each = (rows + wanted - 1) / wanted;
  grid.rows_per_block = (each + rows_at_least - 1) / rows_at_least * rows_at_least;
  grid.row_blocks = static_cast<int>((rows + grid.rows_per_block - 1) / grid.rows_per_block);
}

/// @param values  as many as 16 bytes hold; a divisor of channels
inline NormGrid make_norm_grid(std::int64_t rows, int channels, int values, const NormCut& cut) {
  constexpr int kMostThreadsX = 32;
  NormGrid grid;
  grid.rows = rows;
  grid.channels = channels;
  grid.columns = channels / values;
  while (2 * grid.threads_x <= grid.columns && grid.threads_x < kMostThreadsX) grid.threads_x *= 2;
  grid.threads_y = kNormThreads / grid.threads_x;
  grid.column_groups = (grid.columns + grid.threads_x - 1) / grid.threads_x;
  cut_rows(grid, cut);
  return grid;
}

/// Of planes: a block is all within a channel, and its threads lie side by side along the pixels.
/// @param plane_values  height x width, a multiple of `values`
/// @param values        as many as 16 bytes hold
inline NormGrid make_plane_grid(std::int64_t images, int channels, std::int64_t plane_values, int values,
                                const NormCut& cut) {
  NormGrid grid;
  grid.plane_rows = plane_values / values;
  grid.row_values = values;
  grid.rows = images * grid.plane_rows;
  grid.channels = channels;
  grid.columns = channels;
  grid.threads_y = kNormThreads;
  grid.column_groups = channels;
  cut_rows(grid, cut);
  return grid;
}

/// The memory of one pass; what a stage does not name may be nullptr.
struct NormPass {
  const void* x = nullptr;
  const void* residual = nullptr;        ///< kNormalize with kAddRelu
  const void* y = nullptr;               ///< kGradientSums with kAddRelu
  const void* gradient = nullptr;        ///< of y; in kInputGradient with kAddRelu the masked one
  const void* other_gradient = nullptr;  ///< kGradientSums with kAddRelu: that of y's second reader, or nullptr
  void* output = nullptr;                ///< y, or the gradient of x
  void* masked = nullptr;                ///< the gradient of the residual
  const float* weight = nullptr;
  const float* bias = nullptr;
  float* mean = nullptr;               ///< [channel]
  float* inverse_deviation = nullptr;  ///< [channel]
  float* running_mean = nullptr;       ///< [channel], or nullptr
  float* running_variance = nullptr;
  std::int64_t* batches = nullptr;  ///< of the running statistics; one value
  double momentum = 0;
  double epsilon = 0;
  float* first = nullptr;   ///< [row block, channel] means, or sums of gradients
  float* second = nullptr;  ///< [row block, channel] squared deviations, or sums of gradient x deviation
  float* weight_gradient = nullptr;
  float* bias_gradient = nullptr;
  std::uint8_t* places = nullptr;  ///< [pooled pixel, channel]
  std::int64_t height = 0;         ///< of the map that is pooled
  std::int64_t width = 0;
  float* of_deviation = nullptr;  ///< [channel] d x = scale * g + of_deviation * (x - mean) + constant
  float* constant = nullptr;      ///< [channel]
};

}  // namespace scalemark::kernels
