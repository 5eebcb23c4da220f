#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "data/formats/image_writer.h"
#include "data/loader/batch.h"
#include "data/scratch_pool.h"
#include "data/staging_memory.h"

namespace scalemark::data {

/// Images of one epoch that go to consecutive rows of a batch.
struct BatchPart {
  std::span<const std::int64_t> indices;
  std::span<const StoredImage> stored;  ///< their bytes where they were fetched before; else empty
  std::int64_t epoch = 0;
};

/// Turns images of a data set, which outlives it, into batches. Const and safe from many threads.
class BatchBuilder {
 public:
  BatchBuilder(const Dataset& dataset, const LoaderOptions& options);

  /// A batch of options.batch images, not filled yet. Pinned memory is LibTorch's, which reuses it when the last user
  /// lets go of it and copies from it are done; other memory is not counted as tensor memory.
  Batch allocate() const;

  /// Writes the images of `part` and their labels to the rows of `batch` from `first_row` on.
  void fill(Batch& batch, const BatchPart& part, std::int64_t first_row) const;

 private:
  std::size_t label_offset() const;
  // The stored bytes of the i-th image of `part`; good while those of the next one are fetched too.
  std::span<const std::uint8_t> fetch(const BatchPart& part, std::size_t i, ThreadScratch& scratch) const;

  // The part of the image that random-resized-crop-flip draws, in the batch's size; else the image.
  ImageView cropped(const ImageView& image, std::int64_t epoch, std::int64_t index, ThreadScratch& scratch) const;

  const Dataset& dataset_;
  LoaderOptions options_;
  ImageShape shape_;
  ImageWriter writer_;
  std::shared_ptr<StagingMemory> memory_;
  mutable ScratchPool scratch_;
};

}  // namespace scalemark::data
