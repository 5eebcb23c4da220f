#include "comm/nccl_comm.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <thread>

#include "comm/nccl_check.h"
#include "core/error.h"

namespace scalemark::comm {
namespace {

using Clock = std::chrono::steady_clock;

// Most calls are done at once: the first looks come without a pause.
void pause_between_looks(Clock::time_point start) {
  if (Clock::now() - start < std::chrono::microseconds(100)) return;
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace

NcclComm::NcclComm(const ncclUniqueId& id, int rank, int size, double deadline_seconds)
    : NcclComm(deadline_seconds) {  // A complete object from here on: its destructor runs where a line below throws.
  ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
  config.blocking = 0;
  NCCL_CHECK(ncclCommInitRankConfig(&handle_, size, id, rank, &config), handle_);
  settle("the set-up of the communicator");
}

NcclComm::~NcclComm() {
  if (handle_ == nullptr) return;
  // The other ranks may never come to finalize.
  if (std::uncaught_exceptions() > 0) {
    abort();
    return;
  }
  try {
    NCCL_CHECK(ncclCommFinalize(handle_), handle_);
    settle("the end of the communicator");
    if (handle_ != nullptr) ncclCommDestroy(handle_);
  } catch (const LaunchError&) {
    abort();
  }
}

NcclComm NcclComm::split(bool member, int rank) {
  NcclComm part(deadline_seconds_);
  NCCL_CHECK(ncclCommSplit(handle_, member ? 0 : NCCL_SPLIT_NOCOLOR, rank, &part.handle_, nullptr), handle_);
  settle("the split of the communicator");
  if (member) part.settle("the set-up of a part of the communicator");
  return part;
}

void NcclComm::settle(const char* what) {
  const auto start = Clock::now();
  for (;;) {
    ncclResult_t state = ncclSuccess;
    NCCL_CHECK(ncclCommGetAsyncError(handle_, &state), handle_);
    if (state == ncclSuccess) return;
    if (state != ncclInProgress) check_health();
    if (std::chrono::duration<double>(Clock::now() - start).count() > deadline_seconds_) {
      abort();
      throw LaunchError(
          fmt::format("NCCL: {} was not done within {} s: a rank is missing, or the ranks do not reach each other "
                      "(NCCL_SOCKET_IFNAME names the network; NCCL_DEBUG=INFO shows more)",
                      what, deadline_seconds_));
    }
    pause_between_looks(start);
  }
}

void NcclComm::check_health() {
  ncclResult_t state = ncclSuccess;
  NCCL_CHECK(ncclCommGetAsyncError(handle_, &state), handle_);
  if (state == ncclSuccess || state == ncclInProgress) return;
  try {
    throw_nccl_error(state, handle_, "an operation in the background", __FILE__, __LINE__);
  } catch (const LaunchError&) {
    abort();
    throw;
  }
}

void NcclComm::abort() noexcept {
  if (handle_ != nullptr) ncclCommAbort(std::exchange(handle_, nullptr));
}

}  // namespace scalemark::comm
