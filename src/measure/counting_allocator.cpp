#include "measure/counting_allocator.h"

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
constexpr std::int64_t kLargeBytes = kMebibyte / 2;

// In front of each tensor's bytes, as wide as the alignment that vectorised kernels expect of the bytes behind it.
struct alignas(c10::gAlignment) BlockHeader {
  std::int64_t bytes;
};
static_assert(sizeof(BlockHeader) <= BlockCache::kRoomInFront);

// LibTorch's own allocator would tell the profiler; one that stands in its place has to.
void tell_profiler(void* data, std::int64_t bytes, std::int64_t total_bytes) {
  if (!c10::memoryProfilingEnabled()) return;
  const auto total = static_cast<std::size_t>(total_bytes);
  c10::reportMemoryUsageToProfiler(data, bytes, total, total, c10::Device(c10::DeviceType::CPU));
}

}  // namespace

CountingAllocator& CountingAllocator::install() {
  static CountingAllocator& allocator = [&]() -> CountingAllocator& {
    auto* immortal = new CountingAllocator();
    c10::SetCPUAllocator(immortal, /*priority=*/1);
    return *immortal;
  }();
  return allocator;
}

namespace {

// Asking the kernel takes some microseconds: only for what could matter. Memory counts when it is written to, and other
// ranks allocate too, so that twice the bytes must be left.
void refuse_beyond_cgroup(std::int64_t bytes, BlockCache& blocks) {
  constexpr std::int64_t kWorthAsking = 16 * kMebibyte;
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

void CountingAllocator::reserve(std::int64_t bytes) {
  const std::int64_t limit = limit_bytes_.load(std::memory_order_relaxed);
  const std::int64_t total = current_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (total > limit) {
    current_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    TORCH_CHECK_WITH(OutOfMemoryError, false, "an allocation of ", format_bytes(static_cast<double>(bytes)),
                     " on top of ", format_bytes(static_cast<double>(total - bytes)),
                     " exceeds limits.memory = ", format_bytes(static_cast<double>(limit)));
  }
  std::int64_t peak = peak_bytes_.load(std::memory_order_relaxed);
  while (total > peak && !peak_bytes_.compare_exchange_weak(peak, total, std::memory_order_relaxed)) {
  }
}

void* CountingAllocator::block_of(std::int64_t bytes) {
  const auto size = static_cast<std::size_t>(bytes);
  if (bytes < kLargeBytes) return static_cast<BlockHeader*>(c10::alloc_cpu(size + sizeof(BlockHeader))) + 1;
  if (void* kept = large_blocks_.reuse(size)) return kept;
  refuse_beyond_cgroup(bytes, large_blocks_);
  void* made = large_blocks_.make(size);
  TORCH_CHECK_WITH(OutOfMemoryError, made != nullptr, "the system has no ", format_bytes(static_cast<double>(bytes)),
                   " of memory left");
  return made;
}

c10::DataPtr CountingAllocator::allocate(std::size_t size) {
  const c10::Device cpu(c10::DeviceType::CPU);
  if (size == 0) return {nullptr, nullptr, &release, cpu};
  const auto bytes = static_cast<std::int64_t>(size);
  reserve(bytes);
  void* data = nullptr;
  try {
    data = block_of(bytes);
  } catch (const c10::Error& error) {
    current_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    TORCH_CHECK_WITH(OutOfMemoryError, false, error.what_without_backtrace());
  }
  (static_cast<BlockHeader*>(data) - 1)->bytes = bytes;
  tell_profiler(data, bytes, current_bytes());
  // LibTorch's raw allocations need the data itself as the deleter's context.
  return {data, data, &release, cpu};
}

void CountingAllocator::release(void* data) {
  if (data == nullptr) return;
  auto* header = static_cast<BlockHeader*>(data) - 1;
  const std::int64_t bytes = header->bytes;
  auto& allocator = install();
  allocator.current_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  tell_profiler(data, -bytes, allocator.current_bytes());
  if (bytes < kLargeBytes) {
    c10::free_cpu(header);
  } else {
    allocator.large_blocks_.give_back(data, static_cast<std::size_t>(bytes));
  }
}

void CountingAllocator::copy_data(void* destination, const void* source, std::size_t bytes) const {
  std::memcpy(destination, source, bytes);
}

}  // namespace scalemark::measure
