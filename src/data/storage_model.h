#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>

namespace scalemark::data {

class Dataset;

/// Storage that answers later than the machine's own: every read takes the latency and a seeded part of the jitter, and
/// all reads of a rank share the bandwidth.
struct StorageModel {
  double latency_seconds = 0;
  double jitter_seconds = 0;              ///< 0 to so much is added to the latency, evenly spread, per image
  double bandwidth_bytes_per_second = 0;  ///< 0: unlimited

  auto operator<=>(const StorageModel&) const = default;

  bool waits() const { return latency_seconds > 0 || jitter_seconds > 0 || bandwidth_bytes_per_second > 0; }
};

/// The time that the storage's waits pass in; tests have one of their own. Thread-safe.
class WaitingClock {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  virtual ~WaitingClock() = default;
  virtual Moment now() = 0;
  virtual void sleep_until(Moment moment) = 0;
};

/// The machine's.
std::shared_ptr<WaitingClock> steady_waiting_clock();

/// `dataset` behind such storage.
std::unique_ptr<Dataset> behind_storage(std::unique_ptr<Dataset> dataset, const StorageModel& model, std::uint64_t seed,
                                        std::shared_ptr<WaitingClock> clock = steady_waiting_clock());

}  // namespace scalemark::data
