#pragma once

#include <string>
#include <vector>

#include "analysis/changed_pairs.h"
#include "core/statistics.h"

namespace scalemark::analysis {

/// What one changed key of the config does.
struct OneChange {
  std::string key;
  std::string from;
  std::string to;
  CaseKey without;
  CaseKey with;
  Interval throughput_ratio{};  ///< images per second with over without; bounds need two repetitions a side
  bool paired = false;          ///< the two took turns
  double peak_memory_ratio = results::kNotMeasured;         ///< with over without
  double test_accuracy_difference = results::kNotMeasured;  ///< fraction, with less without
  std::string precision{};                                  ///< what became of the precision that was asked for
};

std::vector<OneChange> one_changes(const std::vector<ChangedPair>& pairs);

}  // namespace scalemark::analysis
