#include "sweep/watchdog.h"

#include <chrono>
#include <utility>

#include "comm/control_group.h"
#include "core/error.h"
#include "core/log.h"
#include "core/units.h"

namespace scalemark::sweep {

Watchdog::Watchdog(std::string what, double timeout_seconds)
    : thread_([this, what = std::move(what), timeout_seconds] {
        std::unique_lock lock(mutex_);
        const std::chrono::duration<double> timeout(timeout_seconds);
        if (finished_changed_.wait_for(lock, timeout, [this] { return finished_; })) return;
        spdlog::error("{} did not end within limits.case_timeout = {}: the job is ended; --resume goes on with it",
                      what, format_seconds(timeout_seconds));
        comm::MpiSession::abort(static_cast<int>(ExitCode::kLaunch));
      }) {}

Watchdog::~Watchdog() {
  {
    const std::scoped_lock lock(mutex_);
    finished_ = true;
  }
  finished_changed_.notify_all();
  thread_.join();
}

}  // namespace scalemark::sweep
