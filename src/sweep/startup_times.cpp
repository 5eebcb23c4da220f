#include "sweep/startup_times.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>

#include "results/startup/startup_phases.h"

namespace scalemark::sweep {

void StartupTimes::add(const StartupTimes& other) {
  for (const auto& [phase, seconds] : other.seconds_) add(phase, seconds);
}

std::map<std::string, double> StartupTimes::of_slowest_rank(const monitor::ControlGroup& world) const {
  std::map<std::string, double> slowest;
  for (const auto& phase : results::kStartupPhases) {
    const auto mine = seconds_.find(phase.name);
    const double seconds = world.max(mine == seconds_.end() ? 0.0 : mine->second);
    if (seconds > 0) slowest.emplace(std::string(phase.name) + "_seconds", seconds);
  }
  return slowest;
}

// Field 22 of the process' stat: its start, in ticks since the machine's. The name before may hold anything but its
// closing parenthesis is the last one.
double process_age_seconds() {
  constexpr int kFieldsBetween = 19;  // behind the name, before the start
  std::ifstream file("/proc/self/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::string skipped;
  for (int i = 0; i < kFieldsBetween; ++i) fields >> skipped;
  double start_ticks = 0;
  timespec now{};
  if (!(fields >> start_ticks) || clock_gettime(CLOCK_BOOTTIME, &now) != 0) return 0;
  constexpr double kNanoseconds = 1e-9;
  const double now_seconds = static_cast<double>(now.tv_sec) + kNanoseconds * static_cast<double>(now.tv_nsec);
  return std::max(0.0, now_seconds - start_ticks / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

}  // namespace scalemark::sweep
