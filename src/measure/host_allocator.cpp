#include "measure/host_allocator.h"

#include <c10/core/CPUAllocator.h>
#include <c10/core/alignment.h>
#include <c10/core/impl/alloc_cpu.h>
#include <c10/util/Exception.h>

#include <cstring>

#include "core/units.h"
#include "measure/cgroup_memory.h"

namespace scalemark::measure {
namespace {

// What is worth keeping for the next tensor of its size. Smaller ones come from the heap, which keeps them too.
constexpr std::size_t kLargeBytes = kMebibyte / 2;

// In front of each tensor's bytes, as wide as the alignment that vectorised kernels expect of the bytes behind it.
struct alignas(c10::gAlignment) BlockHeader {
  std::int64_t bytes;
  bool is_of_cache;
};
static_assert(sizeof(BlockHeader) <= BlockCache::kRoomInFront);

BlockHeader* header_of(void* data) { return static_cast<BlockHeader*>(data) - 1; }

void* heap_block(std::size_t bytes) {
  auto* header = static_cast<BlockHeader*>(c10::alloc_cpu(bytes + sizeof(BlockHeader)));
  header->is_of_cache = false;
  return header + 1;
}

// LibTorch's own allocator would tell the profiler; one that stands in its place has to.
void tell_profiler(void* data, std::int64_t bytes, std::int64_t total_bytes) {
  if (!c10::memoryProfilingEnabled()) return;
  const auto total = static_cast<std::size_t>(total_bytes);
  c10::reportMemoryUsageToProfiler(data, bytes, total, total, c10::Device(c10::DeviceType::CPU));
}

// Asking the kernel takes some microseconds: only for what could matter. Memory counts when it is written to, and other
// ranks allocate too, so that twice the bytes must be left.
void refuse_beyond_cgroup(std::size_t size, BlockCache& blocks) {
  constexpr std::int64_t kWorthAsking = 16 * kMebibyte;
  const auto bytes = static_cast<std::int64_t>(size);
  if (bytes < kWorthAsking) return;
  auto room = cgroup_headroom_bytes();
  if (room && 2 * bytes > *room) {
    blocks.release_idle();
    room = cgroup_headroom_bytes();
  }
  if (!room || 2 * bytes <= *room) return;
  TORCH_CHECK_WITH(OutOfMemoryError, false, "an allocation of ", format_bytes(static_cast<double>(bytes)),
                   " is too near the memory limit of this job's control group, which leaves ",
                   format_bytes(static_cast<double>(*room)));
}

}  // namespace

HostAllocator& HostAllocator::install() {
  static HostAllocator& allocator = [&]() -> HostAllocator& {
    auto* immortal = new HostAllocator();
    c10::SetCPUAllocator(immortal, /*priority=*/1);
    return *immortal;
  }();
  return allocator;
}

void HostAllocator::keep_blocks(bool keep) {
  keeps_blocks_ = keep;
  if (!keep) large_blocks_.release_idle();
}

void* HostAllocator::large_block(std::size_t bytes) {
  void* block = large_blocks_.reuse(bytes);
  if (block == nullptr) {
    refuse_beyond_cgroup(bytes, large_blocks_);
    block = large_blocks_.make(bytes);
  }
  TORCH_CHECK_WITH(OutOfMemoryError, block != nullptr, "the system has no ", format_bytes(static_cast<double>(bytes)),
                   " of memory left");
  header_of(block)->is_of_cache = true;
  return block;
}

void* HostAllocator::memory_of(std::size_t bytes) {
  if (bytes >= kLargeBytes && keeps_blocks_.load(std::memory_order_relaxed)) return large_block(bytes);
  refuse_beyond_cgroup(bytes, large_blocks_);
  try {
    return heap_block(bytes);
  } catch (const c10::Error& error) {
    TORCH_CHECK_WITH(OutOfMemoryError, false, error.what_without_backtrace());
  }
}

c10::DataPtr HostAllocator::allocate(std::size_t size) {
  const c10::Device cpu(c10::DeviceType::CPU);
  if (size == 0) return {nullptr, nullptr, &release, cpu};
  const auto bytes = static_cast<std::int64_t>(size);
  MemoryCount::Claim claim(count_, bytes);
  limit_.check(bytes, claim.total());
  void* data = memory_of(size);
  claim.keep();
  header_of(data)->bytes = bytes;
  tell_profiler(data, bytes, count_.current());
  // LibTorch's raw allocations need the data itself as the deleter's context.
  return {data, data, &release, cpu};
}

void HostAllocator::release(void* data) {
  if (data == nullptr) return;
  const BlockHeader header = *header_of(data);
  auto& allocator = install();
  allocator.count_.remove(header.bytes);
  tell_profiler(data, -header.bytes, allocator.count_.current());
  if (!header.is_of_cache) return c10::free_cpu(header_of(data));
  allocator.large_blocks_.give_back(data, static_cast<std::size_t>(header.bytes));
  if (!allocator.keeps_blocks_.load(std::memory_order_relaxed)) allocator.large_blocks_.release_idle();
}

void HostAllocator::copy_data(void* destination, const void* source, std::size_t bytes) const {
  std::memcpy(destination, source, bytes);
}

}  // namespace scalemark::measure
