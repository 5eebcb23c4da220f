#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "config/experiment.h"
#include "config/value_rule.h"

namespace scalemark::config {

/// The part of a config that a key is written in.
enum class Section { kTop, kSweep, kCase };

/// Which sections a key may be written in.
enum class Scope {
  kExperiment,  ///< the top level
  kJob,         ///< the top level; in sweep and cases it is read and has no effect
  kSetting,     ///< the top level, sweep and cases
  kPoint,       ///< sweep and cases
  kCase         ///< cases
};

/// Everything that there is to know about one key. Its default is what get() finds in a CaseConfig{}.
struct Key {
  std::string path;  ///< dotted
  Scope scope;
  ValueRule rule;
  std::function<ParameterValue(const CaseConfig&)> get;
  std::function<void(CaseConfig&, const ParameterValue&)> set;  ///< takes what rule.check() returned
  bool joined_later = false;    ///< files were begun before there was this key: at its default it is not in the hash
  std::string since = "0.1.0";  ///< the first release that has it
};

/// Every key: label, gpus and batch sizes, then the order of the reference config. A case is set in this order.
const std::vector<Key>& key_table();

/// The key with this dotted path, nullptr where there is none.
const Key* find_key(const std::string& path);

/// Whether keys begin with `path` and a dot.
bool is_group(const std::string& path);

bool allowed_in(const Key& key, Section section);

/// Whether the key is the job's, and `section` no place for it.
bool ignored_in(const Key& key, Section section);

/// Whether a case has a value of the key: it is neither the experiment's nor the job's.
bool is_of_case(const Key& key);

/// "the top level, sweep or cases", for messages.
std::string places_of(const Key& key);

/// The paths of the keys that may be written in `section`.
std::vector<std::string> paths_in(Section section);

}  // namespace scalemark::config
