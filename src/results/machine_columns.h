#pragma once

#include <array>
#include <vector>

#include "results/records.h"

namespace scalemark::results {

/// A data set of /cases/<case>/machine.
struct MachineColumn {
  const char* name;
  std::vector<double> MachineSamples::*values;
  const char* units;
  const char* long_name;
};

inline const std::array<MachineColumn, 5>& machine_columns() {
  static const std::array<MachineColumn, 5> columns{{
      {"other_load_fraction", &MachineSamples::other_load_fraction, "1",
       "fraction of the host's processors that was busy with other work"},
      {"sm_clock_hertz", &MachineSamples::sm_clock_hertz, "Hz", "lowest clock of the streaming multiprocessors seen"},
      {"power_slowdown_fraction", &MachineSamples::power_slowdown_fraction, "1",
       "fraction of the readings that found the clocks lowered by the power cap or the power brake"},
      {"thermal_slowdown_fraction", &MachineSamples::thermal_slowdown_fraction, "1",
       "fraction of the readings that found the clocks lowered by heat"},
      {"step_joules", &MachineSamples::step_joules, "J",
       "energy that the GPU used per step of the full arm, warm-up included"},
  }};
  return columns;
}

}  // namespace scalemark::results
