#pragma once

#include <nccl.h>

#include <utility>

namespace scalemark::comm {

/// Owns a non-blocking NCCL communicator. What goes on in the background is waited for with a deadline, so that a rank
/// that never comes is an error here and not a hang.
class NcclComm {
 public:
  /// Collective over the ranks that share `id`, on the current device.
  /// @throws LaunchError where it does not come up within `deadline_seconds`.
  NcclComm(const ncclUniqueId& id, int rank, int size, double deadline_seconds);
  NcclComm(NcclComm&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), deadline_seconds_(other.deadline_seconds_) {}
  NcclComm& operator=(NcclComm&&) = delete;

  /// Frees the communicator together with the other ranks; alone, by an abort, after an error.
  ~NcclComm();

  ncclComm_t get() const { return handle_; }

  /// Collective: the first `size` ranks as a communicator; one with a null handle on the others.
  NcclComm split(bool member, int rank);

  /// Waits until the last call has done its part on the host.
  /// @throws LaunchError with NCCL's message where that failed, or took longer than the deadline.
  void settle(const char* what);

  /// @throws LaunchError where an operation failed since, on this rank or a remote one.
  void check_health();

 private:
  explicit NcclComm(double deadline_seconds) : deadline_seconds_(deadline_seconds) {}
  void abort() noexcept;

  ncclComm_t handle_ = nullptr;
  double deadline_seconds_;
};

}  // namespace scalemark::comm
