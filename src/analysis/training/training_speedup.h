#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/training/time_to_accuracy.h"

namespace scalemark::analysis {

/// How much sooner a case reaches the target than the same training on fewer ranks, split into what the machine gives
/// and what the larger batch takes: speedup = throughput_speedup x epochs_ratio, of the same means over the same seeds.
struct TrainingSpeedup {
  CaseKey key;
  std::string technique;
  double target = results::kNotMeasured;  ///< fraction
  std::string held;                       ///< "batch 64 per rank", "global batch 128"
  std::string baseline;                   ///< a case's name
  std::int32_t baseline_ranks = 0;        ///< or devices
  std::int64_t baseline_global_batch = 0;
  Interval throughput_speedup = kNoInterval;  ///< images per second, over the baseline's
  Interval epochs_ratio = kNoInterval;        ///< the baseline's epochs over those of the case: below 1 it needs more
  Interval speedup = kNoInterval;             ///< the baseline's seconds over those of the case
  bool paired = false;                        ///< by seed, where both ran the same
  std::size_t seeds = 0;                      ///< of the side that has fewer
  std::string refusal;                        ///< why there is no ratio; empty where there is
  std::string caveat;                         ///< what weakens the intervals; or empty
};

/// Every case against the one at the fewest ranks that shares its work, its target and its batch per rank, and against
/// the one that shares its global batch. `times` are those of `set`.
std::vector<TrainingSpeedup> training_speedups(const CaseSet& set, std::span<const TimeToAccuracy> times);

}  // namespace scalemark::analysis
