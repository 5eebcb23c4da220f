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

// In front of each tensor's bytes, as wide as the alignment that vectorised kernels expect of the bytes behind it.
struct alignas(c10::gAlignment) BlockHeader {
  std::int64_t bytes;
};

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
void refuse_beyond_cgroup(std::int64_t bytes) {
  constexpr std::int64_t kWorthAsking = 16 * kMebibyte;
  if (bytes < kWorthAsking) return;
  const auto room = cgroup_headroom_bytes();
  if (!room || 2 * bytes <= *room) return;
  TORCH_CHECK_WITH(OutOfMemoryError, false, "an allocation of ", format_bytes(static_cast<double>(bytes)),
                   " is too near the memory limit of this job's control group, which leaves ",
                   format_bytes(static_cast<double>(*room)));
}

}  // namespace

void CountingAllocator::reserve(std::int64_t bytes) {
  refuse_beyond_cgroup(bytes);
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

c10::DataPtr CountingAllocator::allocate(std::size_t bytes) {
  const c10::Device cpu(c10::DeviceType::CPU);
  if (bytes == 0) return {nullptr, nullptr, &release, cpu};
  reserve(static_cast<std::int64_t>(bytes));
  void* block = nullptr;
  try {
    block = c10::alloc_cpu(bytes + sizeof(BlockHeader));
  } catch (const c10::Error& error) {
    current_bytes_.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
    TORCH_CHECK_WITH(OutOfMemoryError, false, error.what_without_backtrace());
  }
  auto* header = static_cast<BlockHeader*>(block);
  header->bytes = static_cast<std::int64_t>(bytes);
  // LibTorch's raw allocations need the data itself as the deleter's context.
  void* data = header + 1;
  tell_profiler(data, header->bytes, current_bytes());
  return {data, data, &release, cpu};
}

void CountingAllocator::release(void* data) {
  if (data == nullptr) return;
  auto* header = static_cast<BlockHeader*>(data) - 1;
  auto& allocator = install();
  allocator.current_bytes_.fetch_sub(header->bytes, std::memory_order_relaxed);
  tell_profiler(data, -header->bytes, allocator.current_bytes());
  c10::free_cpu(header);
}

void CountingAllocator::copy_data(void* destination, const void* source, std::size_t bytes) const {
  std::memcpy(destination, source, bytes);
}

}  // namespace scalemark::measure
