#include "sweep/stop_request.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cmath>
#include <csignal>
#include <system_error>

#include "core/error.h"
#include "core/unix_seconds.h"

namespace scalemark::sweep {
namespace {

volatile std::sig_atomic_t signal_received = 0;  // the weightiest
volatile std::sig_atomic_t interrupts = 0;

constexpr unsigned kHardEndSeconds = 5;

// What a handler says: written down beforehand, since a handler may not put a text together.
struct Notice {
  std::array<char, 4096> text{};
  std::size_t length = 0;

  void set(const std::string& message) {
    const std::size_t most = std::min(message.size(), text.size());
    std::copy_n(message.begin(), most, text.begin());
    std::atomic_signal_fence(std::memory_order_release);  // a handler may read it at any time
    length = most;
  }
  void say() const {
    if (length > 0) [[maybe_unused]]
      const ssize_t written = write(STDERR_FILENO, text.data(), length);
  }
};

Notice notice_of_interrupt;
Notice notice_of_termination;

extern "C" void on_signal(int signal) {
  if (signal == SIGTERM || signal_received == 0) signal_received = signal;
  if (signal != SIGTERM) return;
  notice_of_termination.say();
  alarm(kHardEndSeconds);
}

extern "C" void on_interrupt(int signal) {
  if (interrupts != 0) _exit(static_cast<int>(ExitCode::kStopped));
  interrupts = 1;
  if (signal_received != SIGTERM) signal_received = signal;
  notice_of_interrupt.say();
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

void StopRequest::begin_sweep(bool speaks, const std::string& resume_command) {
  struct sigaction known {};
  // Who starts a job in the background of a script has Ctrl-C ignored.
  const bool ignored = sigaction(SIGINT, nullptr, &known) == 0 && known.sa_handler == SIG_IGN;
  if (speaks) {
    notice_of_interrupt.set(
        "\nscalemark: warning: Ctrl-C: the job stops after this repetition; a second Ctrl-C ends it at once\n");
    notice_of_termination.set(fmt::format(
        "\nscalemark: warning: SIGTERM: the job stops; the repetitions that ended are in the file; go on with: {}\n",
        resume_command));
  }
  if (!ignored) handle(SIGINT, on_interrupt);
}

std::string to_string(StopReason reason) {
  switch (reason) {
    case StopReason::kNone:
      return "nothing";
    case StopReason::kTime:
      return "its time limit";
    case StopReason::kWarning:
      return "SIGUSR1";
    case StopReason::kInterrupt:
      return "Ctrl-C";
    case StopReason::kTermination:
      return "SIGTERM";
  }
  return "";
}

StopReason StopRequest::reason(double needed_seconds, SteadyTime now) const {
  if (signal_received == SIGTERM) return StopReason::kTermination;
  if (signal_received == SIGINT) return StopReason::kInterrupt;
  if (signal_received != 0) return StopReason::kWarning;
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
