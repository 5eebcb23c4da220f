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
  void rewind() { seek(0); }

  /// The next batch is number `batch` of the walk, from 0.
  virtual void seek(std::int64_t batch) = 0;

  virtual std::int64_t batches_per_epoch() const = 0;
};

}  // namespace scalemark::data
