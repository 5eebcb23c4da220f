#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "data/augmentation.h"
#include "data/dataset.h"

namespace scalemark::data {

/// One batch in host memory (pinned where asked for).
struct Batch {
  at::Tensor images;  ///< [batch, 3, height, width], normalised, of the loader's dtype and memory format
  at::Tensor labels;  ///< int64 [batch]
};

struct LoaderOptions {
  std::int64_t batch = 0;       ///< images per batch; a shard's incomplete last batch is dropped
  int workers = 2;              ///< threads; 0: next() does the work
  int prefetch = 2;             ///< batches ready ahead, at least 1 where there are workers
  bool pinned = false;          ///< page-locked memory; needs a CUDA device
  at::Device device{at::kCPU};  ///< where the batches go, and whose context pinned memory belongs to
  bool channels_last = false;
  at::ScalarType dtype = at::kFloat;  ///< float64, float32, bfloat16 or float16
  Augmentation augmentation = Augmentation::kNone;
  std::uint64_t seed = 1;  ///< of the augmentation
};

/// The images `indices` of `dataset` as one batch of indices.size(), in that order: for evaluation, where the last
/// batch may be smaller, and not augmented. Of the options only pinned, channels_last and dtype are used.
Batch load_batch(const Dataset& dataset, std::span<const std::int64_t> indices, const LoaderOptions& options);

}  // namespace scalemark::data
