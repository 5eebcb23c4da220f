#pragma once

#include <cstdint>
#include <memory>

#include "data/dataset.h"
#include "data/loader/batch_stream.h"
#include "data/sharded_sampler.h"

namespace scalemark::data {

/// Hands out the batches of an endless walk over epochs, in an order that depends on the seed alone, not on the
/// workers.
class Loader final : public BatchStream {
 public:
  /// @throws InputError where the shard holds less than one batch.
  Loader(std::shared_ptr<const Dataset> dataset, const ShardedSampler& sampler, const LoaderOptions& options);
  ~Loader() override;
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// The next batch; its tensors are the caller's own. @throws what a worker threw, once; the loader is then at its end
  /// (std::logic_error) until rewind() or seek().
  Batch next() override;

  void seek(std::int64_t batch) override;
  std::int64_t batches_per_epoch() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scalemark::data
