#include "config/override.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "config/config_file.h"
#include "config/text_check.h"

namespace scalemark::config {
namespace {

constexpr const char* kSpaces = " \t\r\n";

struct Override {
  std::string key;
  Place place;
  YamlNode value;
};

// The YAML behind the equals sign may begin and end with spaces; so may the key.
std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(kSpaces);
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

std::optional<Override> parse_override(const std::string& argument, Faults& faults) {
  const Place place{"--set " + one_line(argument, 100)};
  const std::size_t equals = argument.find('=');
  const std::string key = trimmed(argument.substr(0, equals));
  if (equals == std::string::npos && find_key(key) != nullptr) {
    faults.add(place, "", "has no value; allowed: KEY=VALUE in one word, as --set " + key + "=VALUE");
    return std::nullopt;
  }
  if (equals == std::string::npos || key.empty()) {
    faults.add(place, "", "names no key; allowed: KEY=VALUE, such as train.precision=bf16");
    return std::nullopt;
  }
  const std::string value = argument.substr(equals + 1);
  if (value.find_first_not_of(kSpaces) == std::string::npos) {
    faults.add(place, key, "has no value; allowed: KEY=VALUE (KEY='\"\"' for an empty text)");
    return std::nullopt;
  }
  auto node = parse_yaml(value, place.source, false, faults);
  if (!node) return std::nullopt;
  return Override{key, place, *std::move(node)};
}

bool wants_quick(const Override& given, const FileLayers& layers, Faults& faults) {
  const Checked checked = flag().check(given.value);
  if (const auto* complaint = std::get_if<Complaint>(&checked)) {
    faults.add(given.place, "quick", complaint->what + "; allowed: " + flag().allowed);
    return false;
  }
  const bool wanted = std::get<bool>(std::get<ParameterValue>(checked));
  if (wanted && !layers.quick) faults.add(given.place, "quick", "the config has no quick block; allowed: false");
  return wanted && layers.quick;
}

bool has_key(const YamlNode& document, const std::string& key) {
  return std::ranges::any_of(
      document.entries, [&](const YamlEntry& entry) { return entry.key == key || entry.key.starts_with(key + "."); });
}

/// What a whole config has and an overlay has not; true where the file is no overlay.
bool refuse_whole_config(const YamlNode& document, Faults& faults) {
  const bool has_cases = has_key(document, "sweep") || has_key(document, "cases");
  if (has_key(document, "name") && has_cases) {
    faults.add(document.place, "",
               "two configs are given: this file has a name and cases of its own, so that it is no overlay; allowed: "
               "one config, then files that say what is different");
    return true;
  }
  for (const YamlEntry& entry : document.entries) {
    if (entry.key != "quick") continue;
    faults.add(entry.place, "quick", "belongs to a whole config; allowed: in an overlay, the keys themselves");
    return true;
  }
  return false;
}

/// @param argument  "@FILE"
std::optional<Layer> read_overlay_file(const std::string& argument, const Environment& environment, Faults& faults) {
  const std::string path = argument.substr(1);
  if (path.empty()) {
    faults.add({"--set @"}, "", "names no file; allowed: @FILE.yaml, a file that says what is different");
    return std::nullopt;
  }
  const auto document = parse_yaml(read_config_file(path), path, true, faults);
  if (!document || refuse_whole_config(*document, faults)) return std::nullopt;
  return read_override_layer(*document, environment, faults);
}

/// Top-level settings that every case takes from the sweep instead: the user would believe that they count.
void check_effect(const Layer& merged, const std::vector<Layer>& tops, Faults& faults) {
  if (merged.gives_cases) return;
  for (const Layer& top : tops) {
    for (const Assignment& setting : top.settings) {
      if (find_axis(merged.sweep, setting.key->path) == nullptr) continue;
      const bool of_file = setting.place.line > 0;
      faults.add(setting.place, setting.path,
                 fmt::format("has no effect, because the sweep sets it; allowed: sweep.{}{}[...]", setting.key->path,
                             of_file ? ": " : "="));
    }
  }
}

}  // namespace

Layer apply_overrides(const FileLayers& layers, const std::vector<std::string>& overrides,
                      const Environment& environment, Faults& faults) {
  std::vector<Layer> tops;
  bool quick = false;
  for (const std::string& argument : overrides) {
    if (argument.starts_with('@')) {
      if (auto layer = read_overlay_file(argument, environment, faults)) tops.push_back(*std::move(layer));
      continue;
    }
    auto given = parse_override(argument, faults);
    if (!given) continue;
    if (given->key == "quick") {
      quick = wants_quick(*given, layers, faults);
      continue;
    }
    YamlNode document{YamlNode::Kind::kMap, given->place, "", false, {}, {}};
    document.entries.push_back({given->key, given->place, std::move(given->value)});
    tops.push_back(read_override_layer(document, environment, faults));
  }
  Layer merged = layers.file;
  if (quick) overlay(merged, *layers.quick);
  for (const Layer& top : tops) overlay(merged, top);
  check_effect(merged, tops, faults);
  return merged;
}

}  // namespace scalemark::config
