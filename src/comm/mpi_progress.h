#pragma once

#include <mpi.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace scalemark::comm {

/// Drives non-blocking collectives of one MPI communicator to their end while the rank computes.
///
/// Open MPI moves data only inside MPI calls, and its blocking calls poll without pause. So a thread tests the requests
/// and sleeps in between: it takes little from the thread that computes. A rank that waits tests the requests itself.
class MpiProgress {
 public:
  /// Starts chunk `chunk` of a collective.
  using StartChunk = std::function<MPI_Request(std::int64_t chunk)>;
  class Collective;

  MpiProgress();
  ~MpiProgress();
  MpiProgress(const MpiProgress&) = delete;
  MpiProgress& operator=(const MpiProgress&) = delete;

  /// Queues a collective of `chunks` chunks. Chunks start in the order of submission, which must agree over the ranks.
  /// `start` owns what keeps the memory alive.
  std::shared_ptr<Collective> submit(std::int64_t chunks, StartChunk start);

  /// Returns when the collective is complete.
  /// @throws LaunchError where it failed.
  void wait(const std::shared_ptr<Collective>& collective);

 private:
  static void abandon(std::shared_ptr<Collective> collective);
  void run();
  /// Starts and tests what it can, with the mutex held; true where something completed.
  bool advance();
  void start_chunks();
  void fail_all(const std::exception_ptr& error);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Collective>> unfinished_;
  std::size_t chunks_in_flight_ = 0;
  int waiters_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace scalemark::comm
