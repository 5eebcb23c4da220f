#include "mpi/mpi_wait.h"

#include <algorithm>
#include <thread>

#include "mpi/mpi_check.h"

namespace scalemark::mpi {

using namespace std::chrono_literals;

void SleepBackoff::sleep() {
  std::this_thread::sleep_for(next_);
  next_ = std::min(next_ + next_ / 4, longest_);
}

void wait_asleep(std::span<MPI_Request> requests) {
  SleepBackoff backoff(50us, 2000us);
  for (;;) {
    int done = 0;
    MPI_CHECK(MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE));
    if (done != 0) return;
    backoff.sleep();
  }
}

void wait_asleep(MPI_Request& request) { wait_asleep(std::span(&request, 1)); }

}  // namespace scalemark::mpi
