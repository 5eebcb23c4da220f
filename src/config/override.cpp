#include "config/override.h"

#include <optional>
#include <utility>

#include "config/text_check.h"

namespace scalemark::config {
namespace {

struct Override {
  std::string key;
  Place place;
  YamlNode value;
};

std::optional<Override> parse_override(const std::string& argument, Faults& faults) {
  const Place place{"--set " + one_line(argument, 100)};
  const std::size_t equals = argument.find('=');
  if (equals == std::string::npos || equals == 0) {
    faults.add(place, "", "names no key; allowed: KEY=VALUE, such as train.precision=bf16");
    return std::nullopt;
  }
  const std::string key = argument.substr(0, equals);
  const std::string value = argument.substr(equals + 1);
  if (value.find_first_not_of(" \t\r\n") == std::string::npos) {
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

/// A top-level setting that every case takes from the sweep instead: the user would believe that it counts.
void check_effect(const Layer& layer, Faults& faults) {
  if (layer.gives_cases) return;
  for (const Assignment& setting : layer.settings) {
    const bool of_override = setting.place.line == 0;
    if (!of_override || find_axis(layer.sweep, setting.key->path) == nullptr) continue;
    faults.add(setting.place, setting.path,
               "has no effect, because the sweep sets it; allowed: sweep." + setting.key->path + "=[...]");
  }
}

}  // namespace

Layer apply_overrides(const FileLayers& layers, const std::vector<std::string>& overrides,
                      const Environment& environment, Faults& faults) {
  std::vector<Layer> tops;
  bool quick = false;
  for (const std::string& argument : overrides) {
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
  check_effect(merged, faults);
  return merged;
}

}  // namespace scalemark::config
