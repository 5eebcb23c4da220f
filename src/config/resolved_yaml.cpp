#include "config/resolved_yaml.h"

#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include <sstream>

namespace scalemark::config {
namespace {

void emit_value(YAML::Emitter& out, const Key& key, const ParameterValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) {
    out << to_text(value);
  } else if (key.rule.is_list) {
    out << YAML::Flow << YAML::BeginSeq;
    std::istringstream items(*text);
    for (std::string item; std::getline(items, item, ',');) out << item;
    out << YAML::EndSeq;
  } else {
    out << *text;
  }
}

/// The top level: nested maps of one level, below which keys stay dotted.
void emit_settings(YAML::Emitter& out, const Layer& layer) {
  CaseConfig defaults;
  std::string open_group;
  for (const Key& key : key_table()) {
    if (!allowed_in(key, Section::kTop)) continue;
    const std::size_t dot = key.path.find('.');
    const std::string group = dot == std::string::npos ? "" : key.path.substr(0, dot);
    if (group != open_group && !open_group.empty()) out << YAML::EndMap;
    if (group != open_group && !group.empty()) out << YAML::Key << group << YAML::Value << YAML::BeginMap;
    open_group = group;
    const Assignment* setting = find_assignment(layer.settings, key.path);
    out << YAML::Key << (group.empty() ? key.path : key.path.substr(dot + 1)) << YAML::Value;
    emit_value(out, key, setting != nullptr ? setting->value : key.get(defaults));
  }
  if (!open_group.empty()) out << YAML::EndMap;
}

void emit_sweep(YAML::Emitter& out, const std::vector<Axis>& sweep) {
  if (sweep.empty()) return;
  out << YAML::Key << "sweep" << YAML::Value << YAML::BeginMap;
  for (const Axis& axis : sweep) {
    out << YAML::Key << axis.key->path << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const Assignment& value : axis.values) emit_value(out, *axis.key, value.value);
    out << YAML::EndSeq;
  }
  out << YAML::EndMap;
}

void emit_cases(YAML::Emitter& out, const std::vector<CaseEntry>& cases) {
  if (cases.empty()) return;
  out << YAML::Key << "cases" << YAML::Value << YAML::BeginSeq;
  for (const CaseEntry& entry : cases) {
    out << YAML::Flow << YAML::BeginMap;
    for (const Assignment& setting : entry.settings) {
      out << YAML::Key << setting.key->path << YAML::Value;
      emit_value(out, *setting.key, setting.value);
    }
    out << YAML::EndMap;
  }
  out << YAML::EndSeq;
}

}  // namespace

std::string resolved_yaml(const Layer& layer) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  emit_settings(out, layer);
  emit_sweep(out, layer.sweep);
  emit_cases(out, layer.cases);
  out << YAML::EndMap;
  return std::string(out.c_str()) + '\n';
}

}  // namespace scalemark::config
