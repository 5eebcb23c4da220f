#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

#include "comm/mpi/chunked_collectives.h"

namespace scalemark::comm {

/// Drives the collectives of one group of ranks to their end while this rank computes.
///
/// Nothing moves outside of a chunk's advance(): neither MPI's messages nor what is copied through shared memory; and
/// MPI's blocking calls poll without pause. So a thread advances them and sleeps in between: it takes little from the
/// thread that computes. A rank that waits advances them itself.
class MpiProgress {
 public:
  class Collective;

  MpiProgress();
  ~MpiProgress();
  MpiProgress(const MpiProgress&) = delete;
  MpiProgress& operator=(const MpiProgress&) = delete;

  /// Queues a collective. Chunks start in the order of submission, which must agree over the ranks.
  std::shared_ptr<Collective> submit(ChunkedCollective collective);

  /// Returns when the collective is complete.
  /// @throws LaunchError where it failed.
  void wait(const std::shared_ptr<Collective>& collective);

 private:
  static void abandon(std::shared_ptr<Collective> collective);
  void run();
  /// Moves what can be moved, with the mutex held, and starts one more chunk; true where something moved.
  bool advance();
  bool advance_started();
  bool start_next();
  void fail_all(const std::exception_ptr& error);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Collective>> unfinished_;  ///< in the order of submission
  int waiters_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace scalemark::comm
