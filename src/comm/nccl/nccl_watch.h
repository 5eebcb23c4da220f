#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "comm/nccl/nccl_comm.h"

namespace scalemark::comm {

/// Looks at a communicator while its rank waits for the GPU, which tells nothing of a remote error, or is inside a call
/// that does not come back: the kernels of a reduction that will never end are ended, the call gets through, and the
/// rank's next call on the communicator throws what NCCL said, or which call took too long.
class NcclWatch {
 public:
  /// `comm` outlives the watch and stays where it is.
  explicit NcclWatch(NcclComm& comm);
  ~NcclWatch();
  NcclWatch(const NcclWatch&) = delete;
  NcclWatch& operator=(const NcclWatch&) = delete;

 private:
  void run();

  NcclComm& comm_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace scalemark::comm
