#pragma once

#include "kernels/kernel_shape.h"
#include "kernels/norm_backward_stages.h"
#include "kernels/norm_forward_stages.h"
#include "kernels/norm_pool_stages.h"

// The stages of batch norm over a map, channels_last seen as [rows, channels] or planes (NCHW), as blocks of threads
// compute them: a GPU's kernels, which the host runs too. A block is whatever has
//   column_group, row_block   its place in the grid
//   shared<T>()               memory of the whole block
//   each_thread(f)            f(x, y) by every thread of it, done by all before it returns
// Sums are made in two stages, by block and then over blocks, in an order that the shapes alone decide: no atomics, and
// the same bits every time.
namespace scalemark::kernels {

/// What one block does of a stage. @param grid  a NormGrid, or a PlaneGrid where the stage reads or writes whole maps
template <typename Value, NormStage kStage, NormTail kTail, typename Block, typename Grid>
SCALEMARK_HOST_DEVICE void run_stage(Block& block, const NormPass& pass, const Grid& grid) {
  if constexpr (kStage == NormStage::kMoments) sum_moments<Value>(block, pass, grid);
  if constexpr (kStage == NormStage::kFinishMoments) finish_moments(block, pass, grid);
  if constexpr (kStage == NormStage::kNormalize) normalize<Value, kTail>(block, pass, grid);
  if constexpr (kStage == NormStage::kGradientSums) sum_gradients<Value, kTail>(block, pass, grid);
  if constexpr (kStage == NormStage::kFinishGradients) finish_gradients(block, pass, grid);
  if constexpr (kStage == NormStage::kInputGradient) write_input_gradient<Value, kTail>(block, pass, grid);
  if constexpr (kStage == NormStage::kPool) pool_windows<Value>(block, pass, grid);
  if constexpr (kStage == NormStage::kUnpool) unpool_gradients<Value>(block, pass, grid);
}

/// Whether a stage has a program of its own for planes. Those that finish see no map; pooling takes channels_last
/// alone.
constexpr bool differs_in_planes(NormStage stage) {
  return stage == NormStage::kMoments || stage == NormStage::kNormalize || stage == NormStage::kGradientSums ||
         stage == NormStage::kInputGradient;
}

inline KernelShape shape_of(NormStage stage, const NormGrid& grid) {
  const bool finishes = stage == NormStage::kFinishMoments || stage == NormStage::kFinishGradients;
  if (finishes) {
    constexpr int kSlots = kFinishThreadsX * kFinishThreadsY;
    const int blocks = (grid.channels + kFinishThreadsX - 1) / kFinishThreadsX;
    return {blocks, 1, kFinishThreadsX, kFinishThreadsY, kSlots * static_cast<int>(sizeof(ValueSums<double>))};
  }
  const int values = grid.channels / grid.columns;
  const bool sums = stage == NormStage::kMoments || stage == NormStage::kGradientSums;
  const int slots = sums ? grid.threads_x * grid.threads_y * values : 0;
  return {grid.column_groups, grid.row_blocks, grid.threads_x, grid.threads_y,
          slots * static_cast<int>(sizeof(ValueSums<float>))};
}

}  // namespace scalemark::kernels
