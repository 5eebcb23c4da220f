#include "sweep/stop_request.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <csignal>
#include <system_error>

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

std::optional<double> seconds_in(const std::string& text) {
  const char* const last = text.data() + text.size();
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), last, seconds);
  const bool is_number = error == std::errc{} && end == last && std::isfinite(seconds);
  return is_number ? std::optional(seconds) : std::nullopt;
}

Deadline ignored_end(const std::string& slurm_end, const char* complaint) {
  return {std::nullopt, fmt::format("{}={} {}: this job has no time limit; set limits.wall_time", kSlurmEndVariable,
                                    slurm_end, complaint)};
}

}  // namespace

void StopRequest::listen_for_signals() {
  handle(SIGUSR1, on_signal);
  handle(SIGTERM, on_signal);
  handle(SIGALRM, on_hard_end);
}

StopReason StopRequest::reason(double needed_seconds, SteadyTime now) const {
  if (signal_received != 0) return StopReason::kSignal;
  const bool late = deadline_ && now + std::chrono::duration<double>(needed_seconds) > *deadline_;
  return late ? StopReason::kTime : StopReason::kNone;
}

Moment Moment::now() { return {std::chrono::steady_clock::now(), scalemark::unix_seconds()}; }

Deadline job_deadline(std::optional<double> wall_time_seconds, bool wall_time_auto, const std::string& slurm_end,
                      const Moment& now) {
  using Seconds = std::chrono::duration<double>;
  if (wall_time_seconds) return {now.steady + Seconds(*wall_time_seconds), {}};
  if (!wall_time_auto || slurm_end.empty()) return {};
  const auto end_seconds = seconds_in(slurm_end);
  if (!end_seconds) return ignored_end(slurm_end, "is no Unix time in seconds");
  if (*end_seconds < now.unix_seconds) return ignored_end(slurm_end, "lies in the past");
  // What Slurm needs to end the job, and we to close the file.
  constexpr double kMarginSeconds = 30;
  return {now.steady + Seconds(*end_seconds - now.unix_seconds - kMarginSeconds), {}};
}

}  // namespace scalemark::sweep
