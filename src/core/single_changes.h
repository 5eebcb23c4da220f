#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace scalemark {

/// A case as the search for single changes sees it.
struct ChangeableCase {
  std::string kin;                            ///< only cases of one kin are held against each other
  std::map<std::string, std::string> values;  ///< by key of the config: those whose role counts for one change
};

/// Two cases that differ in one key of the config.
struct SingleChange {
  std::string key;                   ///< "train.precision"; "dataset.storage" for the keys below it
  std::vector<std::string> holders;  ///< the keys that hold its values: `key` itself, or several of one storage
  std::size_t without;               ///< index of the case
  std::size_t with;
};

/// Each case beside the first one before it that differs from it in one key alone. A learning rate that is changed
/// along with another key belongs to that one. Numbers of GPUs are left out, and so are batch sizes where more than two
/// were tried or nothing else was changed: scaling tables and figures show those. Grouped by key, in the order in which
/// keys are first changed.
std::vector<SingleChange> single_changes(std::span<const ChangeableCase> cases);

}  // namespace scalemark
