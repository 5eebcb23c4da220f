#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/faults.h"

namespace scalemark::config {

struct YamlEntry;

/// A YAML value with its place, aliases filled in. Unlike yaml-cpp's own tree it keeps duplicate keys, in the order of
/// the file, and is bounded in size.
struct YamlNode {
  enum class Kind { kNothing, kScalar, kList, kMap };

  Kind kind = Kind::kNothing;
  Place place;
  std::string text;                ///< of a scalar
  bool quoted = false;             ///< a scalar in quotes is text, whatever it looks like
  std::vector<YamlNode> items;     ///< of a list
  std::vector<YamlEntry> entries;  ///< of a map
};

struct YamlEntry {
  std::string key;
  Place place;  ///< of the key
  YamlNode value;
};

/// Parses one YAML document.
/// @param source     what messages call the text: a file's path, or a --set argument
/// @param has_lines  whether places have line and column
/// @return nullopt where the text is not usable at all; `faults` then says why
std::optional<YamlNode> parse_yaml(const std::string& text, const std::string& source, bool has_lines, Faults& faults);

}  // namespace scalemark::config
