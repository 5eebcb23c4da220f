#pragma once

#include <memory>
#include <string>

#include "core/activity.h"
#include "core/error.h"
#include "monitor/control_group.h"

namespace scalemark::monitor {

class MonitorThread;

/// Sees to it that a job in which one rank has died, hangs, or does something else than the others ends at once, with
/// exit code 4 on every rank and one message that names the rank, its host and what every rank was doing.
///
/// Every rank has a thread that owns no collective. It tells rank 0, over a connection of its own, what the rank is
/// doing (Activity); rank 0 judges (find_fault). A connection that breaks is a death; progress, not time, tells a hang.
/// A rank that hears nothing from rank 0 judges by itself.
class RankMonitor {
 public:
  /// Collective over `world`. Ranks that cannot reach rank 0 are named in a warning, and watched by nobody.
  explicit RankMonitor(const ControlGroup& world);

  /// Says good-bye: what follows is no death.
  ~RankMonitor();
  RankMonitor(const RankMonitor&) = delete;
  RankMonitor& operator=(const RankMonitor&) = delete;

  /// What this rank is doing: whoever works says so here.
  Activity& activity() { return activity_; }

  /// How long a case may stand still: limits.case_timeout.
  void set_timeout(double seconds);

  /// This rank cannot go on: ends the job, every rank with `exit_code`. The caller has said why.
  [[noreturn]] void fail(ExitCode exit_code);

 private:
  void lead(const ControlGroup& world, bool one_network);
  void follow(const ControlGroup& world);

  Activity activity_;
  std::unique_ptr<MonitorThread> thread_;  // ends before what it looks at
};

}  // namespace scalemark::monitor
