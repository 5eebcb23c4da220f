#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace scalemark::measure {

/// The memory of a device's tensors, to the byte, as allocators hand it out: LibTorch's or ours, and on a GPU NCCL's,
/// in which buckets may lie.
class MemoryMeter {
 public:
  virtual ~MemoryMeter() = default;
  virtual std::int64_t current_bytes() const = 0;

  /// Two allocators' peaks added up: right where what NCCL's holds stays the same since reset_peak(), as a case's
  /// buckets do from its probe to its end, and else too high.
  virtual std::int64_t peak_bytes() const = 0;

  /// The peak starts again from what is allocated now.
  virtual void reset_peak() = 0;

  /// An allocation beyond the limit throws c10::OutOfMemoryError, as on a smaller device; nullopt lifts it. What NCCL's
  /// allocator holds is taken off now: to be set again when that has changed.
  virtual void set_limit(std::optional<std::int64_t> bytes) = 0;

  /// Whether the memory of large tensors is kept for the next of their size. A device whose allocator keeps it in any
  /// case does not ask.
  virtual void keep_blocks(bool /*keep*/) {}

  /// Gives back the memory that allocators and libraries keep, so that the next case starts like the first. Not while a
  /// recorded step lives, which may use a library's.
  virtual void release_cache() = 0;
};

/// On a CPU the first call puts a HostAllocator in place of LibTorch's; tensors made before it are not counted.
std::unique_ptr<MemoryMeter> make_memory_meter(const c10::Device& device);

}  // namespace scalemark::measure
