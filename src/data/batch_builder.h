#pragma once

#include <cstdint>
#include <span>

#include "data/batch.h"
#include "data/image_normalizer.h"

namespace scalemark::data {

/// Turns images of a data set, which outlives it, into batches. Const and safe from many threads.
class BatchBuilder {
 public:
  BatchBuilder(const Dataset& dataset, const LoaderOptions& options);

  /// A batch of `images` images, not filled yet. Pinned memory is LibTorch's, which reuses it when the last user lets
  /// go of it and copies from it are done; other memory is not counted as tensor memory.
  Batch allocate(std::int64_t images) const;

  /// Writes the images `indices` and their labels to the rows of `batch` from `first_row` on.
  void fill(Batch& batch, std::span<const std::int64_t> indices, std::int64_t first_row) const;

 private:
  const Dataset& dataset_;
  LoaderOptions options_;
  ImageShape shape_;
  ImageNormalizer normalizer_;
};

}  // namespace scalemark::data
