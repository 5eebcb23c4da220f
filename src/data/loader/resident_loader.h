#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "data/loader/batch_stream.h"
#include "data/loader/resident_images.h"
#include "data/sharded_sampler.h"

namespace scalemark::data {

/// Makes batches where the images lie, by one kernel each: the batches of a Loader with the same sampler and options,
/// to the bit.
class ResidentLoader final : public BatchStream {
 public:
  /// @param options  of these batch, channels_last, dtype, augmentation and seed count.
  /// @throws InputError where the shard holds less than one batch.
  ResidentLoader(ResidentImages images, const ShardedSampler& sampler, const LoaderOptions& options);

  /// A batch on the images' device. The host waits for nothing.
  Batch next() override;
  void seek(std::int64_t batch) override { number_ = batch; }
  std::int64_t batches_per_epoch() const override { return batches_per_epoch_; }

 private:
  void bring_indices(std::int64_t epoch);

  ResidentImages images_;
  ShardedSampler sampler_;
  LoaderOptions options_;
  std::int64_t batches_per_epoch_;
  std::int64_t number_ = 0;  // of the next batch
  std::int64_t epoch_ = -1;  // whose indices indices_ holds
  at::Tensor indices_;       // of this rank's images, on the device
};

}  // namespace scalemark::data
