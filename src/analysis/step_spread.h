#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// How long the timed steps of a case take, one by one: each as long as its slowest rank.
struct StepSpread {
  CaseKey key;
  std::int64_t steps = 0;                       ///< of all repetitions
  double mean_seconds = results::kNotMeasured;  ///< the time that passed over the steps
  double p50_seconds = results::kNotMeasured;
  double p95_seconds = results::kNotMeasured;  ///< NaN where fewer than two steps are expected beyond it
  double p99_seconds = results::kNotMeasured;  ///< the same
  double slowest_seconds = results::kNotMeasured;
  double within_fraction = results::kNotMeasured;   ///< standard deviation around the repetition's mean, over the mean
  double between_fraction = results::kNotMeasured;  ///< standard deviation of the repetitions' means, over the mean
  double excess_fraction = results::kNotMeasured;   ///< of the time: beyond the median step of each repetition
  std::int64_t stalls = 0;                          ///< steps that take much longer than their repetition's median
  std::string finding;                              ///< "7.1 % of the time goes into stalls: every 50th step, ..."
};

/// nullopt without samples of the full arm.
std::optional<StepSpread> step_spread(const MeasuredCase& one);

}  // namespace scalemark::analysis
