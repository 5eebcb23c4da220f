#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/records.h"

namespace scalemark::analysis {

/// Fewer are an accident, not jitter.
inline constexpr std::int64_t kFewestSpikes = 3;

/// Single steps of a rank that take much longer than its median step.
struct Spikes {
  std::int64_t count = 0;
  std::int64_t steps = 0;               ///< of all repetitions
  std::int64_t period_steps = 0;        ///< 0: they come at no regular distance
  double typical_excess_seconds = 0.0;  ///< median over the spikes, above the repetition's median step
  double lost_share = 0.0;              ///< of the rank's time
};

/// "take 1.25 times the median step of their repetition and lie 6 deviations above it": what counts as a spike.
std::string spike_criterion();

/// Seconds above which a step of a repetition is a spike.
double spike_threshold(const std::vector<double>& steps);

Spikes spikes_of(const results::StepSamples& samples, std::int64_t rank);

}  // namespace scalemark::analysis
