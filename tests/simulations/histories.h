#pragma once

#include <cstdint>
#include <string>

namespace scalemark::simulations {

/// Runs of a config over time, whose mean steps scatter from run to run.
struct HistoryWorld {
  std::string name;
  int runs = 30;
  int cases = 1;
  double scatter = 0.02;
  double correlation = 0.0;  ///< of a run with the one before it
  bool heavy_tails = false;  ///< Student's t with 3 degrees of freedom
};

/// Of so many histories.
struct HistoryAlarms {
  int any_shift = 0;    ///< some shift is named, whenever it was
  int in_last_run = 0;  ///< the last run shows a new one: exit code 1
};

/// `shift` is relative, and begins so many runs before the end; 0 runs: never.
HistoryAlarms histories_examined(const HistoryWorld& world, double shift, int runs_since, int histories,
                                 std::uint64_t seed);

/// Of so many histories, in how many a shift is new in one of its first `runs` runs.
int shifts_noticed(const HistoryWorld& world, double shift, int runs, int histories, std::uint64_t seed);

/// Markdown: false alarms, and how soon shifts are found.
std::string history_tables(int histories, std::uint64_t seed);

}  // namespace scalemark::simulations
