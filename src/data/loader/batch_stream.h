#pragma once

#include <cstdint>

#include "data/loader/batch.h"

namespace scalemark::data {

/// The batches of an endless walk over epochs.
class BatchStream {
 public:
  virtual ~BatchStream() = default;

  /// The next batch; its tensors are the caller's own.
  virtual Batch next() = 0;

  /// Starts again at the beginning of epoch 0 (a snapshot's restore).
  virtual void rewind() = 0;

  virtual std::int64_t batches_per_epoch() const = 0;
};

}  // namespace scalemark::data
