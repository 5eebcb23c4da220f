#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "core/statistics.h"

namespace scalemark::analysis {

/// What a case's GPUs used in the full arm, by the counters of the driver.
struct EnergyUse {
  CaseKey key;
  Interval joules_per_image;  ///< of all ranks' GPUs together
  double joules_per_step = 0;
  double watts_per_gpu = 0;  ///< mean over GPUs and time
  std::string withheld;      ///< why the numbers say nothing; they are NaN then
};

/// nullopt where a rank's energy was measured in no repetition.
std::optional<EnergyUse> energy_use(const MeasuredCase& one);

}  // namespace scalemark::analysis
