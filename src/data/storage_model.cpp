#include "data/storage_model.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "data/dataset_wrapper.h"
#include "data/split_mix.h"

namespace scalemark::data {
namespace {

using Clock = std::chrono::steady_clock;

Clock::duration duration_of(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

/// The wire that all reads share: one after another passes over it.
class SharedLink {
 public:
  /// When `bytes` that are asked for now have passed.
  Clock::time_point passed(double seconds) {
    const std::scoped_lock lock(mutex_);
    free_at_ = std::max(free_at_, Clock::now()) + duration_of(seconds);
    return free_at_;
  }

 private:
  std::mutex mutex_;
  Clock::time_point free_at_;
};

class ModelledStorage final : public DatasetWrapper {
 public:
  ModelledStorage(std::unique_ptr<Dataset> inner, const StorageModel& model, std::uint64_t seed)
      : DatasetWrapper(std::move(inner)), model_(model), seed_(seed) {}

  bool waits_for_storage() const override { return true; }

  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    const Clock::time_point asked = Clock::now();
    return answer(index, asked, buffer);
  }

  // All are asked for at once, so that their latencies pass together.
  void fetch_all(std::span<const std::int64_t> indices, std::span<StoredImage> images) const override {
    const Clock::time_point asked = Clock::now();
    for (std::size_t i = 0; i < images.size(); ++i) {
      images[i].hold([&](std::vector<std::uint8_t>& buffer) { return answer(indices[i], asked, buffer); });
    }
  }

 private:
  std::span<const std::uint8_t> answer(std::int64_t index, Clock::time_point asked,
                                       std::vector<std::uint8_t>& buffer) const {
    const auto stored = inner().fetch(index, buffer);
    Clock::time_point ready = asked + duration_of(latency_of(index));
    if (model_.bandwidth_bytes_per_second > 0) {
      ready = std::max(ready, link_.passed(static_cast<double>(stored.size()) / model_.bandwidth_bytes_per_second));
    }
    std::this_thread::sleep_until(ready);
    return stored;
  }

  double latency_of(std::int64_t index) const {
    const std::uint64_t random = substream(seed_, static_cast<std::uint64_t>(index));
    constexpr int kBitsOfDouble = 53;
    const double part = static_cast<double>(random >> (64 - kBitsOfDouble)) / (std::uint64_t{1} << kBitsOfDouble);
    return model_.latency_seconds + part * model_.jitter_seconds;
  }

  StorageModel model_;
  std::uint64_t seed_;
  mutable SharedLink link_;
};

}  // namespace

std::unique_ptr<Dataset> behind_storage(std::unique_ptr<Dataset> dataset, const StorageModel& model,
                                        std::uint64_t seed) {
  return std::make_unique<ModelledStorage>(std::move(dataset), model, seed);
}

}  // namespace scalemark::data
