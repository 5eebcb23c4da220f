#include "data/loader.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "data/batch_builder.h"
#include "data/ordered_prefetcher.h"

namespace scalemark::data {
namespace {

// Small enough that the workers share even one batch, large enough that taking a part costs nothing beside filling it.
constexpr std::int64_t kImagesPerPart = 64;

struct PendingBatch {
  Batch batch;
  std::vector<std::int64_t> indices;
};

}  // namespace

struct Loader::State {
  State(std::shared_ptr<const Dataset> dataset_of_images, const ShardedSampler& shards, const LoaderOptions& options)
      : dataset(std::move(dataset_of_images)),
        sampler(shards),
        batch_images(options.batch),
        batches_per_epoch(shards.batches(options.batch)),
        builder(*dataset, options),
        prefetcher(work(), options.workers, options.prefetch) {}

  PrefetchWork<PendingBatch> work() {
    return {[this](std::int64_t number) { return start(number); },
            [this](PendingBatch& pending, int part) { fill(pending, part); },
            static_cast<int>((batch_images + kImagesPerPart - 1) / kImagesPerPart)};
  }

  PendingBatch start(std::int64_t number) {
    if (const std::int64_t needed = number / batches_per_epoch; needed != epoch) {
      shard = sampler.indices(needed);
      epoch = needed;
    }
    const auto first = shard.begin() + number % batches_per_epoch * batch_images;
    return {builder.allocate(batch_images), {first, first + batch_images}};
  }

  void fill(PendingBatch& pending, int part) const {
    const std::int64_t first = part * kImagesPerPart;
    const std::int64_t count = std::min(kImagesPerPart, batch_images - first);
    builder.fill(pending.batch, std::span(pending.indices).subspan(first, count), first);
  }

  std::shared_ptr<const Dataset> dataset;
  ShardedSampler sampler;
  std::int64_t batch_images;
  std::int64_t batches_per_epoch;
  BatchBuilder builder;
  std::int64_t epoch = -1;          // whose indices `shard` holds; start() alone uses both, one call at a time
  std::vector<std::int64_t> shard;  // this rank's indices
  OrderedPrefetcher<PendingBatch> prefetcher;  // last: its threads end before what they use
};

Loader::Loader(std::shared_ptr<const Dataset> dataset, const ShardedSampler& sampler, const LoaderOptions& options)
    : state_(std::make_unique<State>(std::move(dataset), sampler, options)) {}

Loader::~Loader() = default;

Batch Loader::next() { return state_->prefetcher.next().batch; }

void Loader::rewind() { state_->prefetcher.restart(); }

std::int64_t Loader::batches_per_epoch() const { return state_->batches_per_epoch; }

}  // namespace scalemark::data
