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

/// The single changes (core/single_changes.h) between the ok cases of `set`.
std::vector<ChangedPair> changed_pairs(const CaseSet& set);

}  // namespace scalemark::analysis
