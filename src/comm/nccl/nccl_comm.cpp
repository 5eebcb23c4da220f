#include "comm/nccl/nccl_comm.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <thread>

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
    ncclCommDestroy(handle_);
  } catch (const LaunchError&) {
    abort();
  }
}

NcclComm NcclComm::split(bool member, int rank) {
  NcclComm part(deadline_seconds_);
  ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
  config.blocking = 0;
  config.splitShare = 1;
  enqueue("the split of the communicator", [&](ncclComm_t whole) {
    return ncclCommSplit(whole, member ? 0 : NCCL_SPLIT_NOCOLOR, rank, &part.handle_, &config);
  });
  if (member) part.settle("the set-up of a part of the communicator");
  return part;
}

void* NcclComm::register_memory(void* memory, std::size_t bytes) {
  void* registration = nullptr;
  enqueue("the registration of a bucket",
          [&](ncclComm_t comm) { return ncclCommRegister(comm, memory, bytes, &registration); });
  return registration;
}

void NcclComm::forget_memory(void* registration) noexcept {
  const std::scoped_lock lock(mutex_);
  if (handle_ != nullptr && registration != nullptr) ncclCommDeregister(handle_, registration);
}

void NcclComm::settle(const char* what) {
  const auto start = Clock::now();
  for (;;) {
    {
      const std::scoped_lock lock(mutex_);
      if (look() == ncclSuccess) return;
      if (std::chrono::duration<double>(Clock::now() - start).count() > deadline_seconds_) {
        fail(
            fmt::format("NCCL: {} was not done within {} s: a rank is missing, or the ranks do not reach each other "
                        "(NCCL_SOCKET_IFNAME names the network; NCCL_DEBUG=INFO shows more)",
                        what, deadline_seconds_));
      }
    }
    pause_between_looks(start);
  }
}

void NcclComm::check_health() {
  const std::scoped_lock lock(mutex_);
  look();
}

ncclResult_t NcclComm::look() {
  if (handle_ == nullptr) throw LaunchError(failure_);
  ncclResult_t state = ncclSuccess;
  const ncclResult_t asked = ncclCommGetAsyncError(handle_, &state);
  if (asked != ncclSuccess) state = asked;
  if (state != ncclSuccess && state != ncclInProgress)
    fail(nccl_error_message(state, handle_, "an operation in the background", __FILE__, __LINE__));
  return state;
}

void NcclComm::fail(std::string message) {
  failure_ = std::move(message);
  abort();
  throw LaunchError(failure_);
}

void NcclComm::abort() noexcept {
  if (handle_ != nullptr) ncclCommAbort(std::exchange(handle_, nullptr));
}

}  // namespace scalemark::comm
