#include "data/batch.h"

#include "data/batch_builder.h"

namespace scalemark::data {

Batch load_batch(const Dataset& dataset, std::span<const std::int64_t> indices, const LoaderOptions& options) {
  const BatchBuilder builder(dataset, options);
  Batch batch = builder.allocate(static_cast<std::int64_t>(indices.size()));
  builder.fill(batch, indices, 0);
  return batch;
}

}  // namespace scalemark::data
