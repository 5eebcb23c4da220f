#pragma once

#include <string>
#include <vector>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// Two cases of a file, on as many ranks, that differ in one key of the config. Points into their CaseSet.
struct ChangedPair {
  std::string key;  ///< "train.precision"; "dataset.storage" for the keys below it, which describe one device
  std::string from;
  std::string to;
  const MeasuredCase* without = nullptr;
  const MeasuredCase* with = nullptr;
};

/// Each ok case of `set` beside the first case that differs from it in one key alone. A learning rate that is changed
/// along with another key belongs to that one. Numbers of ranks are left to the scaling tables, and so are batch sizes
/// where more than two were swept or nothing else was changed. Grouped by key, in the order in which keys are first
/// changed.
std::vector<ChangedPair> changed_pairs(const CaseSet& set);

}  // namespace scalemark::analysis
