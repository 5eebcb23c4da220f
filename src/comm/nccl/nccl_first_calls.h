#pragma once

#include <ATen/core/Tensor.h>
#include <c10/cuda/CUDAStream.h>

#include "comm/nccl/nccl_comm.h"

namespace scalemark::comm {

/// The first operations on a communicator. NCCL connects two ranks, and takes the memory for it, when an operation
/// first needs that: one of each kind in several sizes, which NCCL moves in different ways, leaves nothing to be
/// connected later.
class NcclFirstCalls {
 public:
  NcclFirstCalls(const c10::cuda::CUDAStream& stream, int rank, int size) : stream_(stream), rank_(rank), size_(size) {}

  /// Puts them in the stream. @throws NcclMemoryError where memory is missing; LaunchError for any other reason
  void queue(NcclComm& comm);

  /// Returns when the GPU has done them, and gives up the memory that they worked on.
  /// @throws LaunchError where an operation failed, or they are not done within `seconds`
  void wait(NcclComm& comm, double seconds);

 private:
  void queue_sums(NcclComm& comm, std::size_t piece) const;
  void queue_copies(NcclComm& comm, std::size_t piece) const;

  c10::cuda::CUDAStream stream_;
  int rank_;
  int size_;
  at::Tensor scratch_;
};

}  // namespace scalemark::comm
