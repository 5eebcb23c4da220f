#pragma once

#include <c10/core/Allocator.h>

#include <atomic>

#include "core/memory_count.h"
#include "measure/block_cache.h"
#include "measure/memory_limit.h"

namespace scalemark::measure {

/// The process's CPU allocator for LibTorch, of three parts that know nothing of each other: a count of the bytes in
/// use, a limit on that count, and a cache that keeps large blocks for the next tensor of their size. What is kept so
/// counts neither as in use nor towards the limit.
class HostAllocator final : public c10::Allocator {
 public:
  /// Makes the process's one HostAllocator LibTorch's CPU allocator. It lives as long as the process, because tensors
  /// with static storage are freed through it.
  static HostAllocator& install();

  c10::DataPtr allocate(std::size_t bytes) override;
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* destination, const void* source, std::size_t bytes) const override;

  MemoryCount& count() { return count_; }
  MemoryLimit& limit() { return limit_; }

  /// Whether large blocks are kept; else all memory comes from LibTorch's own allocator and goes back to it at once.
  void keep_blocks(bool keep);
  void release_idle_blocks() { large_blocks_.release_idle(); }

 private:
  static void release(void* data);
  void* memory_of(std::size_t bytes);
  void* large_block(std::size_t bytes);

  MemoryCount count_;
  MemoryLimit limit_;
  BlockCache large_blocks_;
  std::atomic<bool> keeps_blocks_{true};
};

}  // namespace scalemark::measure
