#include "comm/nccl/nccl_comm.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "comm/nccl/done_within.h"
#include "comm/nccl/nccl_check.h"
#include "core/log.h"

namespace scalemark::comm {
namespace {

std::string late_text(const char* what, double seconds) {
  return fmt::format(
      "NCCL: {} was not done within {} s: a rank is missing, or the ranks do not reach each other "
      "(NCCL_SOCKET_IFNAME names the network; NCCL_DEBUG=INFO shows more)",
      what, seconds);
}

std::string text_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  }
}

ncclConfig_t blocking_config(const NcclSettings& settings) {
  ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
  config.blocking = 1;
  if (settings.max_ctas) config.maxCTAs = *settings.max_ctas;
  return config;
}

void abort_in_thread(ncclComm_t broken, const NcclSurroundings& surroundings) {
  surroundings.enter_thread();
  ncclCommAbort(broken);
}

/// Returns when the communicator is gone. Where it stays, nothing in this process can be relied on to wake up or end.
void abort_or_end_process(ncclComm_t broken, const NcclSurroundings& surroundings, const std::string& cause) {
  if (done_within(surroundings.abort_seconds, [=] { abort_in_thread(broken, surroundings); })) return;
  constexpr auto kCode = static_cast<int>(ExitCode::kLaunch);
  spdlog::error(
      "NCCL: the communicator still existed {} s after its abort: a CUDA graph still holds it, or the driver does "
      "not answer. This rank ends with exit code {}. The abort was for: {}",
      surroundings.abort_seconds, kCode, cause);
  // Neither destructors nor MPI: they could wait for what hangs. The other ranks' monitors see this one end.
  _exit(kCode);
}

/// Makes a communicator by `make(ncclComm_t*)`, which blocks. Where it is late, nothing can end it: NCCL takes no abort
/// of a communicator that is being made.
template <typename Make>
ncclComm_t set_up(const char* what, const NcclSurroundings& surroundings, const Make& make) {
  struct Attempt {
    ncclComm_t made = nullptr;
    ncclResult_t result = ncclSuccess;
  };
  const auto attempt = std::make_shared<Attempt>();
  const bool done = done_within(surroundings.call_seconds, [attempt, surroundings, make] {
    surroundings.enter_thread();
    attempt->result = make(&attempt->made);
  });
  if (!done) throw NcclLateError(late_text(what, surroundings.call_seconds));
  if (attempt->result == ncclSuccess) return attempt->made;
  const auto failure = nccl_failure(attempt->result, attempt->made, what, __FILE__, __LINE__);
  if (attempt->made != nullptr) abort_or_end_process(attempt->made, surroundings, text_of(failure));
  std::rethrow_exception(failure);
}

// After an error elsewhere: the other ranks may never come to finalize, and that error is to be the one that is heard.
void abandon(ncclComm_t whole, const NcclSurroundings& surroundings) {
  if (!done_within(surroundings.abort_seconds, [=] { abort_in_thread(whole, surroundings); }))
    spdlog::warn("NCCL: a communicator still existed {} s after its abort", surroundings.abort_seconds);
}

void end_together(ncclComm_t whole, const NcclSurroundings& surroundings) {
  const bool done = done_within(surroundings.call_seconds, [=] {
    surroundings.enter_thread();
    if (ncclCommFinalize(whole) == ncclSuccess) {
      ncclCommDestroy(whole);
    } else {
      ncclCommAbort(whole);
    }
  });
  if (!done) spdlog::warn("{}", late_text("the end of the communicator", surroundings.call_seconds));
}

}  // namespace

NcclComm::NcclComm(const ncclUniqueId& id, int rank, int size, NcclSurroundings surroundings)
    : NcclComm(std::move(surroundings)) {
  // NCCL reads the variables while it makes a communicator, and never again.
  const EnvironmentChange told(environment_of(surroundings_.settings));
  const ncclConfig_t wanted = blocking_config(surroundings_.settings);
  handle_ = set_up("the set-up of the communicator", surroundings_, [=](ncclComm_t* made) {
    ncclConfig_t config = wanted;
    return ncclCommInitRankConfig(made, size, id, rank, &config);
  });
}

NcclComm::~NcclComm() {
  if (aborting_.joinable()) aborting_.join();
  if (handle_ == nullptr) return;
  if (std::uncaught_exceptions() > 0) {
    abandon(handle_, surroundings_);
  } else {
    end_together(handle_, surroundings_);
  }
}

std::unique_ptr<NcclComm> NcclComm::split(bool member, int rank) {
  const std::scoped_lock one_at_a_time(calls_);
  ncclComm_t whole = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    throw_if_broken();
    whole = handle_;
  }
  std::unique_ptr<NcclComm> part(new NcclComm(surroundings_));
  const EnvironmentChange told(environment_of(surroundings_.settings));
  const ncclConfig_t wanted = blocking_config(surroundings_.settings);
  part->handle_ = set_up("the split of the communicator", surroundings_, [=](ncclComm_t* made) {
    ncclConfig_t config = wanted;
    return ncclCommSplit(whole, member ? 0 : NCCL_SPLIT_NOCOLOR, rank, made, &config);
  });
  return member ? std::move(part) : nullptr;
}

void* NcclComm::register_memory(void* memory, std::size_t bytes) {
  void* registration = nullptr;
  // Memory that is not registered is only slower: no reason to give the communicator up.
  enqueue("the registration of a bucket", [&](ncclComm_t comm) {
    if (ncclCommRegister(comm, memory, bytes, &registration) != ncclSuccess) registration = nullptr;
    return ncclSuccess;
  });
  return registration;
}

void NcclComm::forget_memory(void* registration) noexcept {
  if (registration == nullptr) return;
  try {
    enqueue("the end of a registration", [&](ncclComm_t comm) { return ncclCommDeregister(comm, registration); });
  } catch (const LaunchError&) {
    // An aborted communicator has forgotten all of it.
  }
}

ncclComm_t NcclComm::begin_call(const char* what) {
  const std::scoped_lock lock(mutex_);
  throw_if_broken();
  call_ = Call{what, Clock::now()};
  return handle_;
}

void NcclComm::end_call(const char* what, ncclResult_t result) {
  const std::scoped_lock lock(mutex_);
  call_.reset();
  throw_if_broken();
  if (result != ncclSuccess) fail(nccl_failure(result, handle_, what, __FILE__, __LINE__));
}

void NcclComm::check_health() {
  const std::scoped_lock lock(mutex_);
  throw_if_broken();
  ncclResult_t state = ncclSuccess;
  const ncclResult_t asked = ncclCommGetAsyncError(handle_, &state);
  if (asked != ncclSuccess) state = asked;
  if (state != ncclSuccess && state != ncclInProgress)
    fail(nccl_failure(state, handle_, "an operation in the background", __FILE__, __LINE__));
  if (call_ && std::chrono::duration<double>(Clock::now() - call_->since).count() > surroundings_.call_seconds)
    fail(std::make_exception_ptr(LaunchError(late_text(call_->what, surroundings_.call_seconds))));
}

void NcclComm::give_up(const std::string& why) {
  const std::scoped_lock lock(mutex_);
  if (handle_ != nullptr) break_off(std::make_exception_ptr(LaunchError(why)));
}

void NcclComm::throw_if_broken() const {
  if (failure_) std::rethrow_exception(failure_);
}

// Said before the abort: it may never end, and the rank that has to throw the error may sleep in a call that no abort
// wakes. A call that is inside NCCL gets through by the abort; NCCL does not wait for it before it frees the
// communicator, a race that the process, which ends by this error, can lose.
void NcclComm::break_off(const std::exception_ptr& failure) {
  failure_ = failure;
  aborting_ =
      std::thread([broken = std::exchange(handle_, nullptr), surroundings = surroundings_, cause = text_of(failure)] {
        spdlog::error("{}", cause);
        abort_or_end_process(broken, surroundings, cause);
      });
}

void NcclComm::fail(const std::exception_ptr& failure) {
  break_off(failure);
  std::rethrow_exception(failure);
}

}  // namespace scalemark::comm
