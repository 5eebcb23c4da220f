#include "sweep/stop_request.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "core/error.h"
#include "core/unix_seconds.h"

namespace scalemark::sweep {
namespace {

volatile std::sig_atomic_t signal_received = 0;

constexpr unsigned kHardEndSeconds = 5;

extern "C" void on_signal(int signal) {
  signal_received = signal;
  if (signal == SIGTERM) alarm(kHardEndSeconds);
}

extern "C" void on_hard_end(int) { _exit(static_cast<int>(ExitCode::kStopped)); }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void StopRequest::listen_for_signals() {
  handle(SIGUSR1, on_signal);
  handle(SIGTERM, on_signal);
  handle(SIGALRM, on_hard_end);
}

StopRequest::StopRequest(std::optional<double> deadline_seconds) : deadline_seconds_(deadline_seconds) {}

bool StopRequest::requested(double needed_seconds) const {
  return signal_received != 0 || (deadline_seconds_ && unix_seconds() + needed_seconds > *deadline_seconds_);
}

std::optional<double> job_deadline(std::optional<double> wall_time_seconds, bool wall_time_auto) {
  if (wall_time_seconds) return unix_seconds() + *wall_time_seconds;
  const char* end = wall_time_auto ? std::getenv("SLURM_JOB_END_TIME") : nullptr;
  if (end == nullptr) return std::nullopt;
  // What Slurm needs to end the job, and we to close the file.
  constexpr double kMarginSeconds = 30;
  const double end_seconds = std::strtod(end, nullptr);
  return end_seconds > 0 ? std::optional(end_seconds - kMarginSeconds) : std::nullopt;
}

}  // namespace scalemark::sweep
