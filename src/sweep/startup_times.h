#pragma once

#include <chrono>
#include <map>
#include <string>

#include "monitor/control_group.h"

namespace scalemark::sweep {

/// What the parts of a job's start took on this rank, by the names of results/startup/startup_phases.h.
class StartupTimes {
 public:
  /// Returns what the function returns.
  template <typename Function>
  auto time(const std::string& phase, Function&& function) {
    const Running running{*this, phase};
    return function();
  }

  void add(const std::string& phase, double seconds) { seconds_[phase] += seconds; }
  void add(const StartupTimes& other);

  /// Collective: "mpi_seconds" and so on, of each part's slowest rank.
  std::map<std::string, double> of_slowest_rank(const monitor::ControlGroup& world) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Running {
    StartupTimes& times;
    std::string phase;
    Clock::time_point begin = Clock::now();
    ~Running() { times.add(phase, std::chrono::duration<double>(Clock::now() - begin).count()); }
  };

  std::map<std::string, double> seconds_;
};

/// Since this process was started, to a hundredth of a second; 0 where the system does not say.
double process_age_seconds();

}  // namespace scalemark::sweep
