#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/faults.h"
#include "config/key_table.h"

namespace scalemark::config {

/// A checked value of a key, and where it was written.
struct Assignment {
  const Key* key;
  Place place;       ///< of the value
  std::string path;  ///< in full, as in "quick.sweep.gpus" or "cases[1].gpus"
  ParameterValue value;
};

/// One list of the sweep.
struct Axis {
  const Key* key;
  Place place;  ///< of the key
  std::string path;
  std::vector<Assignment> values;  ///< in the order written
};

/// One entry of `cases`.
struct CaseEntry {
  Place place;
  std::string path;  ///< "cases[1]"
  std::vector<Assignment> settings;
  bool faulty = false;  ///< a fault was reported: not worth further checks
};

/// What one source (the file, its quick block, one --set argument) says: well-formed values of known keys only.
struct Layer {
  std::vector<Assignment> settings;
  std::set<std::string> written;  ///< paths of the top level's keys, also of those with a faulty value
  std::vector<Axis> sweep;
  std::vector<CaseEntry> cases;
  Place sweep_place;
  bool gives_sweep = false;
  bool gives_cases = false;
  bool sweep_faulty = false;  ///< a fault was reported in the sweep: what it lacks may be what was faulty
};

/// The assignment of the key with this path, nullptr where there is none.
const Assignment* find_assignment(const std::vector<Assignment>& assignments, const std::string& key_path);
const Axis* find_axis(const std::vector<Axis>& axes, const std::string& key_path);

/// batch_size for global_batch_size and the other way round: the two say the same thing. Empty for any other key.
std::string alternative_of(const std::string& key_path);

/// Lays `top` over `base`: settings and axes replace those of the same key (or of its alternative) in place, or are
/// appended; `cases` replaces all of them.
void overlay(Layer& base, const Layer& top);

}  // namespace scalemark::config
