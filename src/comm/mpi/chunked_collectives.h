#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>

#include "comm/mpi/chunk.h"
#include "comm/mpi/element_reduction.h"

namespace scalemark::comm {

/// One collective as chunks, which are started in their order.
struct ChunkedCollective {
  std::int64_t chunks = 0;
  std::size_t chunks_in_flight = 1;  ///< at most
  std::function<std::unique_ptr<Chunk>(std::int64_t chunk)> start;
};

/// How the CPU tensors of a group of at least two ranks get from one to another. The functions are those of
/// Communicator, and keep the tensors alive.
class ChunkedCollectives {
 public:
  virtual ~ChunkedCollectives() = default;

  /// @param reduction  none that divides.
  virtual ChunkedCollective all_reduce(const at::Tensor& input, const at::Tensor& output, Reduction reduction) = 0;
  virtual ChunkedCollective all_gather(const at::Tensor& input, const at::Tensor& output) = 0;
  virtual ChunkedCollective reduce_scatter(const at::Tensor& input, const at::Tensor& output, Reduction reduction) = 0;
  virtual ChunkedCollective broadcast(const at::Tensor& input, const at::Tensor& output, int root) = 0;
  virtual ChunkedCollective shift(const at::Tensor& input, const at::Tensor& output) = 0;
};

}  // namespace scalemark::comm
