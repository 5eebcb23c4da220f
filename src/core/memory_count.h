#pragma once

#include <atomic>
#include <cstdint>

namespace scalemark {

/// Bytes in use, and the most that were in use at once. Thread-safe.
class MemoryCount {
 public:
  /// Bytes about to be taken. They count at once, so that two threads see each other's; they are taken off again unless
  /// keep() says that the memory was had, and only then the peak knows of them.
  class Claim {
   public:
    Claim(MemoryCount& count, std::int64_t bytes)
        : count_(count), bytes_(bytes), total_(count.current_.fetch_add(bytes, std::memory_order_relaxed) + bytes) {}
    ~Claim() { count_.remove(bytes_); }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

    /// All bytes in use, these included.
    std::int64_t total() const { return total_; }

    void keep() {
      count_.raise_peak(total_);
      bytes_ = 0;
    }

   private:
    MemoryCount& count_;
    std::int64_t bytes_;
    std::int64_t total_;
  };

  void remove(std::int64_t bytes) { current_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::int64_t current() const { return current_.load(std::memory_order_relaxed); }
  std::int64_t peak() const { return peak_.load(std::memory_order_relaxed); }

  /// The peak starts again from what is in use now.
  void reset_peak() { peak_ = current(); }

 private:
  void raise_peak(std::int64_t total) {
    std::int64_t peak = peak_.load(std::memory_order_relaxed);
    while (total > peak && !peak_.compare_exchange_weak(peak, total, std::memory_order_relaxed)) {
    }
  }

  std::atomic<std::int64_t> current_{0};
  std::atomic<std::int64_t> peak_{0};
};

}  // namespace scalemark
