#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "config/faults.h"
#include "config/key_table.h"
#include "config/yaml_tree.h"

namespace scalemark::config {

/// Reads a map that holds keys of one section, nested or dotted, and hands on each known key with its value. Unknown,
/// misplaced and repeated keys are reported.
class SectionReader {
 public:
  using Assign =
      std::function<void(const Key&, const Place& key_place, const std::string& path, const YamlNode& value)>;
  using Special = std::function<bool(const YamlEntry&, const std::string& key_path)>;

  /// @param prefix   of paths in messages, such as "sweep." or "cases[1]."
  /// @param special  takes the entries that are no keys (sweep, cases, quick) and returns true for those
  SectionReader(Section section, std::string prefix, Faults& faults, Assign assign, Special special = {});

  /// @param group  the dotted path that the map stands under, empty for the section itself
  void read(const YamlNode& map, const std::string& group = "");

 private:
  bool is_first(const YamlEntry& entry, const std::string& key_path);
  void read_entry(const YamlEntry& entry, const std::string& key_path);
  void read_group(const YamlEntry& entry, const std::string& key_path);
  void report_unknown(const YamlEntry& entry, const std::string& key_path);

  /// " (did you mean sweep.train.mode?)" as the user would write it there; empty where no key is near.
  std::string suggestion(const YamlEntry& entry, const std::string& key_path) const;

  /// What may be written directly below a group of this section: keys, and groups as "storage.*".
  std::vector<std::string> children_of(const std::string& group) const;

  Section section_;
  std::string prefix_;
  Faults& faults_;
  Assign assign_;
  Special special_;
  std::map<std::string, Place> seen_;
};

}  // namespace scalemark::config
