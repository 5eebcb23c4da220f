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

using Moment = WaitingClock::Moment;

Moment::duration duration_of(double seconds) {
  return std::chrono::duration_cast<Moment::duration>(std::chrono::duration<double>(seconds));
}

class SteadyClock final : public WaitingClock {
 public:
  Moment now() override { return std::chrono::steady_clock::now(); }
  void sleep_until(Moment moment) override { std::this_thread::sleep_until(moment); }
};

/// The wire that all reads share: one after another passes over it.
class SharedLink {
 public:
  /// When bytes that are asked for now, and keep the wire busy for so long, have passed.
  Moment passed(Moment now, double seconds) {
    const std::scoped_lock lock(mutex_);
    free_at_ = std::max(free_at_, now) + duration_of(seconds);
    return free_at_;
  }

 private:
  std::mutex mutex_;
  Moment free_at_;
};

class ModelledStorage final : public DatasetWrapper {
 public:
  ModelledStorage(std::unique_ptr<Dataset> inner, const StorageModel& model, std::uint64_t seed,
                  std::shared_ptr<WaitingClock> clock)
      : DatasetWrapper(std::move(inner)), model_(model), seed_(seed), clock_(std::move(clock)) {}

  bool waits_for_storage() const override { return true; }

  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    const Moment asked = clock_->now();
    return answer(index, asked, buffer);
  }

  // All are asked for at once, so that their latencies pass together.
  void fetch_all(std::span<const std::int64_t> indices, std::span<StoredImage> images) const override {
    const Moment asked = clock_->now();
    for (std::size_t i = 0; i < images.size(); ++i) {
      images[i].hold([&](std::vector<std::uint8_t>& buffer) { return answer(indices[i], asked, buffer); });
    }
  }

 private:
  std::span<const std::uint8_t> answer(std::int64_t index, Moment asked, std::vector<std::uint8_t>& buffer) const {
    const auto stored = inner().fetch(index, buffer);
    Moment ready = asked + duration_of(latency_of(index));
    if (model_.bandwidth_bytes_per_second > 0) {
      const double seconds = static_cast<double>(stored.size()) / model_.bandwidth_bytes_per_second;
      ready = std::max(ready, link_.passed(clock_->now(), seconds));
    }
    clock_->sleep_until(ready);
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
  std::shared_ptr<WaitingClock> clock_;
  mutable SharedLink link_;
};

}  // namespace

std::shared_ptr<WaitingClock> steady_waiting_clock() { return std::make_shared<SteadyClock>(); }

std::unique_ptr<Dataset> behind_storage(std::unique_ptr<Dataset> dataset, const StorageModel& model, std::uint64_t seed,
                                        std::shared_ptr<WaitingClock> clock) {
  return std::make_unique<ModelledStorage>(std::move(dataset), model, seed, std::move(clock));
}

}  // namespace scalemark::data
