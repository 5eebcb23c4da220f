#pragma once

#include <mpi.h>

#include <chrono>
#include <span>

namespace scalemark::mpi {

/// Sleeps that grow: short where the other ranks are about to come, cheap where they take minutes.
class SleepBackoff {
 public:
  SleepBackoff(std::chrono::microseconds shortest, std::chrono::microseconds longest)
      : shortest_(shortest), longest_(longest), next_(shortest) {}

  void sleep();
  void reset() { next_ = shortest_; }

 private:
  std::chrono::microseconds shortest_;
  std::chrono::microseconds longest_;
  std::chrono::microseconds next_;
};

/// Completes the requests with tests and sleeps in turn: MPI_Wait would hold a core however long the others take.
/// @throws LaunchError where a request failed.
void wait_asleep(std::span<MPI_Request> requests);
void wait_asleep(MPI_Request& request);

}  // namespace scalemark::mpi
