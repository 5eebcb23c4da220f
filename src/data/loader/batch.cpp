#include "data/loader/batch.h"

#include "data/loader/batch_builder.h"

namespace scalemark::data {

Batch load_batch(const Dataset& dataset, std::span<const std::int64_t> indices, const LoaderOptions& options) {
  LoaderOptions plain = options;
  plain.augmentation = Augmentation::kNone;
  plain.batch = static_cast<std::int64_t>(indices.size());
  const BatchBuilder builder(dataset, plain);
  Batch batch = builder.allocate();
  builder.fill(batch, {.indices = indices, .stored = {}}, 0);
  return batch;
}

}  // namespace scalemark::data
