#pragma once

#include <atomic>
#include <chrono>
#include <span>
#include <thread>
#include <vector>

#include "core/error.h"
#include "monitor/rank_judge.h"

namespace scalemark::monitor {

/// How long a rank that fails waits for the other ranks' last words: what they did may tell the cause.
constexpr std::chrono::milliseconds kHearing{600};

/// Ends the process at once: neither destructors nor MPI run, which could wait for the rank that is gone.
[[noreturn]] void end_process(int exit_code);

/// A thread that looks around ten times a second and when something comes in, and sleeps otherwise.
class MonitorThread {
 public:
  virtual ~MonitorThread() = default;

  void start();
  void stop();  ///< after farewell()

  void set_timeout(double seconds) { timeout_seconds_ = seconds; }

  /// Called by the rank's own thread, which has failed: tells the others, and ends the process.
  [[noreturn]] void fail(ExitCode exit_code);

 protected:
  using Clock = RankView::Clock;

  virtual std::vector<int> descriptors() const = 0;
  virtual void turn() = 0;
  /// This rank has failed: called again and again.
  virtual void report_failure(int exit_code) = 0;
  virtual void farewell() = 0;

  /// A job that was suspended as a whole, or a machine that stood still, is no fault of a rank.
  void forgive_own_sleep(Clock::time_point now, std::span<RankView> views);

  std::chrono::duration<double> timeout() const { return std::chrono::duration<double>(timeout_seconds_.load()); }

 private:
  void wait();

  static constexpr double kNoTimeout = 1e9;

  std::thread thread_;
  Clock::time_point last_turn_ = Clock::now();
  std::atomic<bool> stopping_{false};
  std::atomic<int> failed_with_{0};
  std::atomic<double> timeout_seconds_{kNoTimeout};
};

}  // namespace scalemark::monitor
