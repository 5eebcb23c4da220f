#pragma once

#include <c10/core/Allocator.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>

#include "measure/block_cache.h"

namespace scalemark::measure {

/// LibTorch's CPU allocator with a count in front: current and peak bytes of tensor storage, and a limit that
/// makes a CPU run out of memory as a smaller device would. Large blocks are kept for the next tensor of their size;
/// what is kept so counts neither as current nor towards the limit.
class CountingAllocator final : public c10::Allocator {
 public:
  /// Makes the process's one counting allocator LibTorch's CPU allocator. It lives as long as the process, because
  /// tensors with static storage are freed through it.
  static CountingAllocator& install();

  c10::DataPtr allocate(std::size_t bytes) override;
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* destination, const void* source, std::size_t bytes) const override;

  std::int64_t current_bytes() const { return current_bytes_.load(std::memory_order_relaxed); }
  std::int64_t peak_bytes() const { return peak_bytes_.load(std::memory_order_relaxed); }
  void reset_peak() { peak_bytes_ = current_bytes(); }
  void release_idle_blocks() { large_blocks_.release_idle(); }
  void set_limit(std::optional<std::int64_t> bytes) { limit_bytes_ = bytes.value_or(kUnlimited); }

 private:
  static constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

  static void release(void* data);
  void reserve(std::int64_t bytes);
  void* block_of(std::int64_t bytes);

  std::atomic<std::int64_t> current_bytes_{0};
  std::atomic<std::int64_t> peak_bytes_{0};
  std::atomic<std::int64_t> limit_bytes_{kUnlimited};
  BlockCache large_blocks_;
};

}  // namespace scalemark::measure
