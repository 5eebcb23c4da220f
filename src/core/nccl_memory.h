#pragma once

#include "core/memory_count.h"

namespace scalemark {

/// The bytes of device memory that this process holds from NCCL's own allocator, which LibTorch's allocator does not
/// know: 0 where none was asked for, and in a build without NCCL. Memory that NCCL takes for its channels and
/// connections is not in it. All of it lies on one GPU: a rank uses NCCL on one only.
inline MemoryCount& nccl_memory() {
  static MemoryCount count;
  return count;
}

}  // namespace scalemark
