#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "comm/nccl/nccl_comm.h"

namespace scalemark::comm {

/// Gives back the memory that LibTorch's allocator keeps, and forgets CUDA's last error if that was a lack of memory.
void make_room_on_gpu();

/// A zeroed tensor in NCCL's own memory that is registered with `comm`, which it keeps alive.
/// @throws c10::OutOfMemoryError where there is no memory, also after make_room_on_gpu()
at::Tensor registered_tensor(std::shared_ptr<NcclComm> comm, std::int64_t elements, const at::TensorOptions& options);

}  // namespace scalemark::comm
