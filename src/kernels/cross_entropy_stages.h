#pragma once

#include <cmath>
#include <cstdint>

#include "core/host_device.h"
#include "kernels/kernel_shape.h"

// Cross entropy over [rows, classes], in two passes, as blocks of threads compute it: a GPU's kernels, which the host
// runs too. Blocks are those of norm_stages.h. A row of a block is the work of 32 threads; sums are made in an order
// that the number of classes alone decides.
namespace scalemark::kernels {

enum class CrossEntropyStage {
  kLosses,   ///< reads logits and labels, writes losses and sums
  kGradient  ///< reads logits, labels, sums and loss_gradient, writes gradient
};

/// sum(exp(x)) of some values as sum * exp(largest), which does not overflow (Milakov and Gimelshein 2018), and whose
/// logarithm is not rounded as a large number is.
struct ExponentSum {
  float largest;
  float sum;  ///< 0: of nothing

  SCALEMARK_HOST_DEVICE void add(const ExponentSum& other) {
    if (other.sum == 0) return;
    if (sum == 0) {
      *this = other;
    } else if (other.largest > largest) {
      sum = sum * std::exp(largest - other.largest) + other.sum;
      largest = other.largest;
    } else {
      // Of two infinities the difference would be no number.
      sum += other.largest == largest ? other.sum : other.sum * std::exp(other.largest - largest);
    }
  }
};

struct CrossEntropyPass {
  std::int64_t rows = 0, classes = 0;
  const void* logits = nullptr;          ///< [rows, classes]
  const std::int64_t* labels = nullptr;  ///< [rows]; one that is no class makes its row's loss and gradient NaN
  float weight = 0;                      ///< of a row's loss in the whole
  float* losses = nullptr;               ///< [rows], weighted
  ExponentSum* sums = nullptr;           ///< [rows] of the logits
  const float* loss_gradient = nullptr;  ///< one value, where the logits are
  void* gradient = nullptr;              ///< [rows, classes], of the logits and in their dtype
};

constexpr int kLossThreads = 32;  // per row
constexpr int kLossRows = 8;      // per block

/// The row of a block's thread y.
template <typename Block>
SCALEMARK_HOST_DEVICE std::int64_t row_of(const Block& block, int y) {
  return std::int64_t{block.row_block} * kLossRows + y;
}

SCALEMARK_HOST_DEVICE inline bool is_class(const CrossEntropyPass& pass, std::int64_t label) {
  return label >= 0 && label < pass.classes;
}

/// Adds up each row of [kLossRows, kLossThreads] by halves; the sums are its first.
template <typename Block>
SCALEMARK_HOST_DEVICE void fold_rows(Block& block, ExponentSum* slots) {
  for (int half = kLossThreads / 2; half > 0; half /= 2) {
    block.each_thread([&](int x, int y) {
      if (x < half) slots[y * kLossThreads + x].add(slots[y * kLossThreads + x + half]);
    });
  }
}

template <typename Value, typename Block>
SCALEMARK_HOST_DEVICE void write_losses(Block& block, const CrossEntropyPass& pass) {
  const auto* logits = static_cast<const Value*>(pass.logits);
  auto* slots = block.template shared<ExponentSum>();  // [kLossRows, kLossThreads]
  block.each_thread([&](int x, int y) {
    const std::int64_t row = row_of(block, y);
    ExponentSum own{0, 0};
    for (std::int64_t i = x; i < pass.classes && row < pass.rows; i += kLossThreads) {
      own.add({static_cast<float>(logits[row * pass.classes + i]), 1});
    }
    slots[y * kLossThreads + x] = own;
  });
  fold_rows(block, slots);
  block.each_thread([&](int x, int y) {
    const std::int64_t row = row_of(block, y);
    if (x > 0 || row >= pass.rows) return;
    const ExponentSum all = slots[y * kLossThreads];
    const std::int64_t label = pass.labels[row];
    const float of_label = is_class(pass, label) ? static_cast<float>(logits[row * pass.classes + label]) : NAN;
    pass.sums[row] = all;
    pass.losses[row] = pass.weight * (std::log(all.sum) - (of_label - all.largest));
  });
}

// Not before the loss's own gradient is known, by which a scaler keeps small values from vanishing in fp16.
template <typename Value, typename Block>
SCALEMARK_HOST_DEVICE void write_gradient(Block& block, const CrossEntropyPass& pass) {
  const auto* logits = static_cast<const Value*>(pass.logits);
  auto* gradient = static_cast<Value*>(pass.gradient);
  block.each_thread([&](int x, int y) {
    const std::int64_t row = row_of(block, y);
    if (row >= pass.rows) return;
    const std::int64_t label = pass.labels[row];
    const ExponentSum sum = pass.sums[row];
    const float scale = is_class(pass, label) ? pass.weight * *pass.loss_gradient : NAN;
    for (std::int64_t i = x; i < pass.classes; i += kLossThreads) {
      const std::int64_t at = row * pass.classes + i;
      const float probability = std::exp(static_cast<float>(logits[at]) - sum.largest) / sum.sum;
      gradient[at] = static_cast<Value>(scale * (probability - (i == label ? 1.0F : 0.0F)));
    }
  });
}

/// What one block does of a pass.
template <typename Value, CrossEntropyStage kStage, typename Block>
SCALEMARK_HOST_DEVICE void run_stage(Block& block, const CrossEntropyPass& pass) {
  if constexpr (kStage == CrossEntropyStage::kLosses) write_losses<Value>(block, pass);
  if constexpr (kStage == CrossEntropyStage::kGradient) write_gradient<Value>(block, pass);
}

inline KernelShape shape_of(const CrossEntropyPass& pass) {
  const auto blocks = static_cast<int>((pass.rows + kLossRows - 1) / kLossRows);
  return {1, blocks, kLossThreads, kLossRows, kLossThreads * kLossRows * static_cast<int>(sizeof(ExponentSum))};
}

}  // namespace scalemark::kernels
