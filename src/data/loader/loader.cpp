#include "data/loader/loader.h"

#include <c10/core/impl/VirtualGuardImpl.h>
#include <malloc.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "data/loader/batch_builder.h"
#include "data/loader/ordered_prefetcher.h"

namespace scalemark::data {
namespace {

// Where storage waits: so many threads, each with a part of a batch asked for at once, keep about a thousand reads
// under way. They sleep while they wait, so that they take nothing from the threads that decode.
constexpr int kReaders = 16;
constexpr std::int64_t kImagesPerRead = 64;

// glibc keeps arenas for 8 threads per core, and has all beyond share them. libjpeg allocates for every image: two
// threads that decode from one arena wait for each other, and on two cores gave up to a third less than with one each.
void keep_arenas_for_readers() {
  constexpr int kLoadersAtOnce = 4;
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  mallopt(M_ARENA_MAX, 8 * cores + kLoadersAtOnce * kReaders);
}

// Before it asks for pinned memory. A new thread's GPU is the first one, whatever the other threads of its process use,
// and its first call of CUDA makes a context there: half a gigabyte per rank, and an error where GPUs are exclusive.
void become_thread_of(const at::Device& device) {
  if (!device.is_cpu()) c10::impl::VirtualGuardImpl(device.type()).setDevice(device);
}

constexpr std::int64_t parts_of(std::int64_t images, std::int64_t per_part) {
  return (images + per_part - 1) / per_part;
}

// Small enough that the workers share even one batch, large enough that taking a part costs nothing beside filling it.
std::int64_t images_per_part(const LoaderOptions& options) {
  constexpr std::int64_t kPartsPerWorker = 4;
  return std::clamp<std::int64_t>(options.batch / (kPartsPerWorker * std::max(options.workers, 1)), 8, 64);
}

/// The images of one batch, and their bytes where they were fetched.
struct Request {
  std::int64_t epoch = 0;
  std::vector<std::int64_t> indices;
  std::vector<StoredImage> stored;
};

struct PendingBatch {
  Request request;
  Batch batch;
};

/// The endless sequence of batches.
class RequestSequence {
 public:
  RequestSequence(const ShardedSampler& sampler, std::int64_t batch_images)
      : sampler_(sampler), batch_images_(batch_images), batches_per_epoch_(sampler.batches(batch_images)) {}

  std::int64_t batches_per_epoch() const { return batches_per_epoch_; }

  /// Not from two threads at once.
  Request request(std::int64_t number) {
    if (const std::int64_t needed = number / batches_per_epoch_; needed != epoch_) {
      shard_ = sampler_.indices(needed);
      epoch_ = needed;
    }
    const auto first = shard_.begin() + number % batches_per_epoch_ * batch_images_;
    return {epoch_, {first, first + batch_images_}, {}};
  }

 private:
  ShardedSampler sampler_;
  std::int64_t batch_images_;
  std::int64_t batches_per_epoch_;
  std::int64_t epoch_ = -1;          // whose indices shard_ holds
  std::vector<std::int64_t> shard_;  // this rank's indices
};

/// Images' buffers between two batches, so that reading allocates nothing. Safe from two threads.
class SpareBuffers {
 public:
  std::vector<StoredImage> take() {
    const std::scoped_lock lock(mutex_);
    if (spare_.empty()) return {};
    std::vector<StoredImage> images = std::move(spare_.back());
    spare_.pop_back();
    return images;
  }

  void give_back(std::vector<StoredImage> images) {
    if (images.empty()) return;
    const std::scoped_lock lock(mutex_);
    spare_.push_back(std::move(images));
  }

 private:
  std::mutex mutex_;
  std::vector<std::vector<StoredImage>> spare_;
};

}  // namespace

struct Loader::State {
  State(std::shared_ptr<const Dataset> dataset_of_images, const ShardedSampler& shards,
        const LoaderOptions& loader_options)
      : dataset(std::move(dataset_of_images)),
        options(loader_options),
        sequence(shards, options.batch),
        part_images(images_per_part(options)),
        builder(*dataset, options) {
    begin(0);
  }

  void begin(std::int64_t batch) {
    batches.reset();  // before what its threads wait for
    reads.reset();
    first_batch = batch;
    if (options.workers > 0 && dataset->waits_for_storage()) {
      const auto batches_under_way = parts_of(kReaders * kImagesPerRead, options.batch);
      keep_arenas_for_readers();
      reads.emplace(read_work(), kReaders, static_cast<int>(batches_under_way) + options.prefetch);
    }
    batches.emplace(batch_work(), options.workers, options.prefetch);
  }

  PrefetchWork<Request> read_work() {
    return {[this](std::int64_t number) {
              Request request = sequence.request(first_batch + number);
              request.stored = spare.take();
              request.stored.resize(request.indices.size());
              return request;
            },
            [this](Request& request, int part) {
              const auto [first, count] = range(part, kImagesPerRead);
              dataset->fetch_all(std::span(request.indices).subspan(first, count),
                                 std::span(request.stored).subspan(first, count));
            },
            static_cast<int>(parts_of(options.batch, kImagesPerRead))};
  }

  PrefetchWork<PendingBatch> batch_work() {
    return {[this](std::int64_t number) {
              become_thread_of(options.device);
              Request request = reads ? reads->next() : sequence.request(first_batch + number);
              return PendingBatch{std::move(request), builder.allocate()};
            },
            [this](PendingBatch& pending, int part) { fill(pending, part); },
            static_cast<int>(parts_of(options.batch, part_images))};
  }

  std::pair<std::int64_t, std::int64_t> range(std::int64_t part, std::int64_t per_part) const {
    const std::int64_t first = part * per_part;
    return {first, std::min(per_part, options.batch - first)};
  }

  void fill(PendingBatch& pending, int part) const {
    const auto [first, count] = range(part, part_images);
    const auto& [epoch, indices, stored] = pending.request;
    const auto bytes = stored.empty() ? std::span<const StoredImage>() : std::span(stored).subspan(first, count);
    builder.fill(pending.batch, {std::span(indices).subspan(first, count), bytes, epoch}, first);
  }

  std::shared_ptr<const Dataset> dataset;
  LoaderOptions options;
  RequestSequence sequence;
  std::int64_t first_batch = 0;  // of the walk, that the prefetchers began with
  std::int64_t part_images;
  BatchBuilder builder;
  SpareBuffers spare;
  std::optional<OrderedPrefetcher<Request>> reads;         // where storage waits
  std::optional<OrderedPrefetcher<PendingBatch>> batches;  // last: its threads end before what they use
};

Loader::Loader(std::shared_ptr<const Dataset> dataset, const ShardedSampler& sampler, const LoaderOptions& options)
    : state_(std::make_unique<State>(std::move(dataset), sampler, options)) {}

Loader::~Loader() = default;

Batch Loader::next() {
  PendingBatch pending = state_->batches->next();
  state_->spare.give_back(std::move(pending.request.stored));
  return std::move(pending.batch);
}

void Loader::seek(std::int64_t batch) { state_->begin(batch); }

std::int64_t Loader::batches_per_epoch() const { return state_->sequence.batches_per_epoch(); }

}  // namespace scalemark::data
