#pragma once

#include <nccl.h>

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "comm/nccl_settings.h"

namespace scalemark::comm {

/// What an NcclComm is told of the process around it.
struct NcclSurroundings {
  /// Called first in every thread in which NCCL works for this rank: makes the rank's GPU current. Throws nothing.
  std::function<void()> enter_thread = [] {};
  double call_seconds = 120;  ///< the longest that the set-up, the end, or any one call may take
  double abort_seconds = 10;  ///< the longest that an abort may take
  NcclSettings settings{};    ///< of the communicator and its parts
};

/// Owns an NCCL communicator whose calls block. A rank that never comes is an error here and not a hang: the set-up and
/// the end run in threads of their own and are waited for with a deadline; a call that stays inside NCCL for too long
/// is found by check_health(), which a NcclWatch calls, and ended by an abort.
///
/// After an error the communicator is aborted, once and for good: kernels that wait for another rank end, and whatever
/// is asked of it later throws the first error. The abort runs in a thread of its own, since NCCL waits in it until the
/// last CUDA graph that holds the communicator is gone; where it takes longer than its deadline the process ends with
/// exit code 4.
///
/// Calls may come from several threads; NCCL itself sees one at a time. None of them holds a lock that an abort or
/// check_health() needs.
class NcclComm {
 public:
  /// Collective over the ranks that share `id`.
  /// @throws LaunchError where it does not come up within `call_seconds`; NcclMemoryError where memory was missing
  NcclComm(const ncclUniqueId& id, int rank, int size, NcclSurroundings surroundings);
  NcclComm(const NcclComm&) = delete;
  NcclComm& operator=(const NcclComm&) = delete;

  /// Frees the communicator together with the other ranks; alone, by an abort, after an error.
  ~NcclComm();

  /// Starts an operation by `start(ncclComm_t)`, which returns NCCL's result and throws nothing.
  /// @throws LaunchError, the first error of this communicator; NcclMemoryError where memory was missing
  template <typename Start>
  void enqueue(const char* what, const Start& start) {
    const std::scoped_lock one_at_a_time(calls_);
    const ncclResult_t result = start(begin_call(what));
    end_call(what, result);
  }

  /// Collective: the first ranks as a communicator of their own, which shares nothing with this one (NCCL would read
  /// splitShare from this one's config); nullptr where this rank is no `member`.
  std::unique_ptr<NcclComm> split(bool member, int rank);

  /// Tells NCCL of memory that will be reduced again and again, so that it need not copy it through buffers of its own;
  /// nullptr where NCCL does not take it, which is only slower.
  void* register_memory(void* memory, std::size_t bytes);
  void forget_memory(void* registration) noexcept;

  /// @throws LaunchError where an operation failed since, on this rank or a remote one, or a call takes too long
  void check_health();

  /// Ends it as after an error: a call that another thread has in it gets through, and throws `why`.
  void give_up(const std::string& why);

 private:
  using Clock = std::chrono::steady_clock;
  struct Call {
    const char* what;
    Clock::time_point since;
  };

  explicit NcclComm(NcclSurroundings surroundings) : surroundings_(std::move(surroundings)) {}

  ncclComm_t begin_call(const char* what);
  void end_call(const char* what, ncclResult_t result);

  // These with mutex_ held.
  void throw_if_broken() const;
  void break_off(const std::exception_ptr& failure);
  [[noreturn]] void fail(const std::exception_ptr& failure);

  const NcclSurroundings surroundings_;
  std::mutex calls_;  ///< held while a call is inside NCCL; taken before mutex_
  std::mutex mutex_;  ///< of all below; never held across a call that can block
  ncclComm_t handle_ = nullptr;
  std::optional<Call> call_;    ///< which is inside NCCL now
  std::exception_ptr failure_;  ///< the first error; null while the communicator is whole
  std::thread aborting_;
};

}  // namespace scalemark::comm
