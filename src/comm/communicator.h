#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include <memory>
#include <string_view>

#include "comm/reduction.h"

namespace scalemark::comm {

/// A collective that was started. Destroying it without wait() is an error of the caller.
class Work {
 public:
  virtual ~Work() = default;

  /// Returns when the result may be used: on a CPU when it is there, on a GPU when the current stream is ordered after
  /// it.
  /// @throws LaunchError with the library's last message where the collective failed.
  virtual void wait() = 0;
};

/// A group of ranks that exchange tensors. Every rank of the group makes the same calls in the same order.
/// Tensors are contiguous in memory (any dense layout), on the backend's kind of device, of dtype float64, float32,
/// float16, bfloat16, int64 or uint8 (uint8: nothing that sums). Zero elements are allowed.
///
/// What starts a collective returns at once; its tensors stay alive, and the inputs untouched, until wait().
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  virtual std::string_view backend() const = 0;  ///< "mpi" or "nccl"

  /// Starts an all-reduce in place.
  std::unique_ptr<Work> all_reduce(const at::Tensor& tensor) { return all_reduce(tensor, tensor); }

  /// Starts an all-reduce: `output` is the sum of the ranks' `input`; it is like `input`, or is it. The bits of the
  /// result are the same on all ranks.
  virtual std::unique_ptr<Work> all_reduce(const at::Tensor& input, const at::Tensor& output) = 0;

  /// Starts an all-gather: piece r of `output`, which has size() of them, is rank r's `input`. In place where `input`
  /// is this rank's piece.
  virtual std::unique_ptr<Work> all_gather(const at::Tensor& input, const at::Tensor& output) = 0;

  /// Starts a reduce-scatter: `output` is the sum of this rank's piece of `input`, which has size() of them, over the
  /// ranks. In place where `output` is that piece.
  virtual std::unique_ptr<Work> reduce_scatter(const at::Tensor& input, const at::Tensor& output) = 0;

  /// Both by another reduction than the sum. An average of whole numbers is rounded towards 0.
  /// @throws c10::Error where this communicator only sums.
  virtual std::unique_ptr<Work> all_reduce_by(Reduction reduction, const at::Tensor& input, const at::Tensor& output) {
    TORCH_CHECK(reduction == Reduction::kSum, "this communicator only sums");
    return all_reduce(input, output);
  }
  virtual std::unique_ptr<Work> reduce_scatter_by(Reduction reduction, const at::Tensor& input,
                                                  const at::Tensor& output) {
    TORCH_CHECK(reduction == Reduction::kSum, "this communicator only sums");
    return reduce_scatter(input, output);
  }

  /// Starts a broadcast: `output` is `root`'s `input`; `input` is not looked at elsewhere, and may be `output`.
  virtual std::unique_ptr<Work> broadcast(const at::Tensor& input, const at::Tensor& output, int root) = 0;

  /// Overwrites `tensor` on every rank with that of `root`; returns when it may be used, as Work::wait().
  void broadcast(const at::Tensor& tensor, int root) { broadcast(tensor, tensor, root)->wait(); }

  /// Starts to send `input` to the next rank, and to receive the previous rank's into `output`, another tensor.
  virtual std::unique_ptr<Work> shift(const at::Tensor& input, const at::Tensor& output) = 0;

  /// Zeroed memory that this group reduces as fast as it can; every rank asks for the same. The tensor may outlive the
  /// communicator.
  virtual at::Tensor allocate(std::int64_t elements, const at::TensorOptions& options) {
    return at::zeros({elements}, options);
  }

  /// Throws where a collective failed that nobody waited for on the host: on a GPU its result, and the time that it
  /// took, are then worth nothing. @throws LaunchError with the library's message
  virtual void check_health() {}

  /// Collective over this group: the group of its first `size` ranks; nullptr on the others.
  virtual std::unique_ptr<Communicator> split(int size) = 0;
};

}  // namespace scalemark::comm
