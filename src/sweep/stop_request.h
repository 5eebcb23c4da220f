#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace scalemark::sweep {

/// A point on the clock that nobody sets.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::duration<double>>;

/// One moment on two clocks.
struct Moment {
  SteadyTime steady;
  double unix_seconds;

  static Moment now();
};

/// Why a sweep ends before its last case, if it does: the time limit, SIGUSR1 (Slurm's warning), Ctrl-C, SIGTERM. In
/// the order of their weight: of what several ranks say, the largest counts.
enum class StopReason : std::int64_t { kNone, kTime, kWarning, kInterrupt, kTermination };

/// "Ctrl-C", for messages.
std::string to_string(StopReason reason);

class StopRequest {
 public:
  /// Installs the handlers, early: a launcher that ends a broken job sends SIGTERM to ranks that are about to say why.
  /// SIGTERM also arms a hard end (exit code 5 after 5 s), because a job that is being aborted must not wait for a case
  /// to finish.
  static void listen_for_signals();

  /// From now on a sweep is under way: the first Ctrl-C has it end as SIGUSR1 does, the second ends the process at
  /// once (exit code 5). What a signal leads to is said when it comes.
  /// @param speaks          whether this rank says so
  /// @param resume_command  by which the sweep can go on
  static void begin_sweep(bool speaks, const std::string& resume_command);

  /// @param deadline  nullopt: none.
  explicit StopRequest(std::optional<SteadyTime> deadline) : deadline_(deadline) {}

  /// kTime where `needed_seconds` more would pass the deadline.
  StopReason reason(double needed_seconds, SteadyTime now = std::chrono::steady_clock::now()) const;

 private:
  std::optional<SteadyTime> deadline_;
};

/// Where Slurm writes the end of a job, as Unix time in seconds.
inline constexpr const char* kSlurmEndVariable = "SLURM_JOB_END_TIME";

struct Deadline {
  std::optional<SteadyTime> time;  ///< nullopt: none
  std::string ignored;             ///< why Slurm's end is not obeyed; empty where it is, or where there is none
};

/// The end of this job: limits.wall_time counted from now, or with `auto` the end that Slurm gives, less what it takes
/// to close the file. The system clock is looked at once: what is done to it later does not move the end.
/// @param slurm_end  the text of kSlurmEndVariable; empty where it is not set.
Deadline job_deadline(std::optional<double> wall_time_seconds, bool wall_time_auto, const std::string& slurm_end,
                      const Moment& now);

}  // namespace scalemark::sweep
