#include "comm/nccl/nccl_allocation.h"

#include <nccl.h>

#include <cstdint>

#include "comm/nccl/nccl_check.h"
#include "core/nccl_memory.h"

namespace scalemark::comm {
namespace {

void* allocate_once(std::size_t bytes) {
  void* memory = nullptr;
  NCCL_CHECK(ncclMemAlloc(&memory, bytes), nullptr);
  MemoryCount::Claim(nccl_memory(), static_cast<std::int64_t>(bytes)).keep();
  return memory;
}

void* allocate_twice(std::size_t bytes, const std::function<void()>& make_room) {
  try {
    return allocate_once(bytes);
  } catch (const NcclMemoryError&) {
    make_room();
  }
  return allocate_once(bytes);
}

}  // namespace

NcclAllocation::NcclAllocation(std::size_t bytes, const std::function<void()>& make_room)
    : memory_(allocate_twice(bytes, make_room), Free{bytes}) {}

void NcclAllocation::Free::operator()(void* memory) const {
  ncclMemFree(memory);
  nccl_memory().remove(static_cast<std::int64_t>(bytes));
}

}  // namespace scalemark::comm
