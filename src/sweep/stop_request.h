#pragma once

#include <optional>

namespace scalemark::sweep {

/// Why a sweep ends before its last case, if it does: SIGUSR1 (Slurm's warning), SIGTERM, or the time limit.
class StopRequest {
 public:
  /// Installs the handlers, early: a launcher that ends a broken job sends SIGTERM to ranks that are about to say why.
  /// SIGTERM also arms a hard end (exit code 5 after 5 s), because a job that is being aborted must not wait for a case
  /// to finish.
  static void listen_for_signals();

  /// @param deadline_seconds  on the system clock (Unix time); nullopt: none.
  explicit StopRequest(std::optional<double> deadline_seconds);

  /// A signal came, or `needed_seconds` more would pass the deadline.
  bool requested(double needed_seconds) const;

 private:
  std::optional<double> deadline_seconds_;
};

/// The end of this job as Unix time: limits.wall_time counted from now, or with `auto` the end that Slurm gives.
std::optional<double> job_deadline(std::optional<double> wall_time_seconds, bool wall_time_auto);

}  // namespace scalemark::sweep
