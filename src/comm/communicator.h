#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string_view>

namespace scalemark::comm {

enum class ReduceOp { kSum, kAverage };

/// A collective that was started. Destroying it without wait() is an error of the caller.
class Work {
 public:
  virtual ~Work() = default;

  /// Returns when the result may be used: on a CPU when it is there, on a GPU when the current stream is ordered after
  /// it.
  /// @throws LaunchError with the library's last message where the collective failed.
  virtual void wait() = 0;
};

/// A group of ranks that reduce and broadcast tensors. Every rank of the group makes the same calls in the same order.
/// Tensors are contiguous in memory (any dense layout), on the backend's kind of device, of dtype float64, float32,
/// float16, bfloat16, int64 or uint8 (uint8: broadcast only). Zero elements are allowed.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  virtual std::string_view backend() const = 0;  ///< "mpi" or "nccl"

  /// Starts an in-place all-reduce; the tensor stays alive and untouched until wait().
  virtual std::unique_ptr<Work> all_reduce(const at::Tensor& tensor, ReduceOp op) = 0;

  /// Overwrites `tensor` on every rank with that of `root`; returns when it may be used, as Work::wait().
  virtual void broadcast(const at::Tensor& tensor, int root) = 0;

  /// Throws where a collective failed that nobody waited for on the host: on a GPU its result, and the time that it
  /// took, are then worth nothing. @throws LaunchError with the library's message
  virtual void check_health() {}

  /// Collective over this group: the group of its first `size` ranks; nullptr on the others.
  virtual std::unique_ptr<Communicator> split(int size) = 0;
};

}  // namespace scalemark::comm
