#include "comm/nccl/nccl_watch.h"

#include <chrono>

#include "core/error.h"

namespace scalemark::comm {
namespace {

// Soon enough beside the seconds within which a job has to end, and nothing that a measurement notices.
constexpr std::chrono::milliseconds kBetweenLooks{200};

}  // namespace

NcclWatch::NcclWatch(NcclComm& comm) : comm_(comm), thread_([this] { run(); }) {}

NcclWatch::~NcclWatch() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void NcclWatch::run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kBetweenLooks, [this] { return stopping_; })) {
    try {
      comm_.check_health();
    } catch (const LaunchError&) {
      return;  // the communicator has said it, and tells whoever asks
    }
  }
}

}  // namespace scalemark::comm
