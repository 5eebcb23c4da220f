#pragma once

#include <mpi.h>

#include <chrono>
#include <span>

namespace scalemark::comm {

/// Sleeps that grow from 50 us to 2 ms: short where the other ranks are about to come, cheap where they take minutes.
class SleepBackoff {
 public:
  void sleep();

 private:
  std::chrono::microseconds next_{50};
};

/// Completes the requests with tests and sleeps in turn: MPI_Wait would hold a core however long the others take.
/// @throws LaunchError where a request failed.
void wait_asleep(std::span<MPI_Request> requests);
void wait_asleep(MPI_Request& request);

}  // namespace scalemark::comm
