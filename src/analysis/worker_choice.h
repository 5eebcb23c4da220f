#pragma once

#include <string>
#include <vector>

#include "analysis/changed_pairs.h"

namespace scalemark::analysis {

/// Of a sweep over loader.workers, the count to use.
struct WorkerChoice {
  CaseKey key;                                       ///< of the case with the best count
  std::vector<int> counts;                           ///< that were tried, ascending
  int best = 0;                                      ///< the smallest that cannot be told apart from the fastest
  double images_per_second = results::kNotMeasured;  ///< with it
  double waiting_fraction = results::kNotMeasured;   ///< of its step in the phase pass, for data
  std::string why;                                   ///< more do not help
};

/// One for each three or more cases that differ in loader.workers alone.
std::vector<WorkerChoice> worker_choices(const std::vector<ChangedPair>& pairs);

}  // namespace scalemark::analysis
