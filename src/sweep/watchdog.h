#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace scalemark::sweep {

/// Ends the job with exit code 4 when one visit of a case takes longer than limits.case_timeout: a rank that waits for
/// one that never comes would otherwise hold its GPU until the job's end.
class Watchdog {
 public:
  Watchdog(std::string what, double timeout_seconds);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable finished_changed_;
  bool finished_ = false;
  std::thread thread_;
};

}  // namespace scalemark::sweep
