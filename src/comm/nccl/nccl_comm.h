#pragma once

#include <nccl.h>

#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

#include "comm/nccl/nccl_check.h"

namespace scalemark::comm {

/// Owns a non-blocking NCCL communicator. What goes on in the background is waited for with a deadline, so that a rank
/// that never comes is an error here and not a hang.
///
/// After an error it is aborted, once and for good: kernels that wait for another rank end, and whatever is asked of
/// the communicator later throws the first error. Calls may come from several threads; NCCL itself sees one at a time.
class NcclComm {
 public:
  /// Collective over the ranks that share `id`, on the current device.
  /// @throws LaunchError where it does not come up within `deadline_seconds`.
  NcclComm(const ncclUniqueId& id, int rank, int size, double deadline_seconds);
  NcclComm(NcclComm&& other) noexcept  // before a second thread knows it
      : handle_(std::exchange(other.handle_, nullptr)), deadline_seconds_(other.deadline_seconds_) {}
  NcclComm& operator=(NcclComm&&) = delete;

  /// Frees the communicator together with the other ranks; alone, by an abort, after an error.
  ~NcclComm();

  /// Starts an operation by `start(ncclComm_t)` and waits until it has done its part on the host.
  /// @throws LaunchError
  template <typename Start>
  void enqueue(const char* what, const Start& start) {
    {
      const std::scoped_lock lock(mutex_);
      look();
      const ncclResult_t result = start(handle_);
      if (result != ncclSuccess && result != ncclInProgress)
        fail(nccl_error_message(result, handle_, what, __FILE__, __LINE__));
    }
    settle(what);
  }

  /// Collective: the first `size` ranks as a communicator, which shares this one's channels and buffers: the two are
  /// not to be used at once. One with a null handle on the others.
  NcclComm split(bool member, int rank);

  /// Tells NCCL of memory that will be reduced again and again, so that it need not copy it through buffers of its own.
  void* register_memory(void* memory, std::size_t bytes);
  void forget_memory(void* registration) noexcept;

  /// @throws LaunchError where an operation failed since, on this rank or a remote one.
  void check_health();

 private:
  explicit NcclComm(double deadline_seconds) : deadline_seconds_(deadline_seconds) {}

  /// Waits until the last call has done its part on the host.
  /// @throws LaunchError with NCCL's message where that failed, or took longer than the deadline.
  void settle(const char* what);

  // These three with the mutex held.
  ncclResult_t look();  ///< success or in progress. @throws LaunchError
  [[noreturn]] void fail(std::string message);
  void abort() noexcept;

  std::mutex mutex_;
  ncclComm_t handle_ = nullptr;
  double deadline_seconds_;
  std::string failure_;  ///< the first error; empty while the communicator is whole
};

}  // namespace scalemark::comm
