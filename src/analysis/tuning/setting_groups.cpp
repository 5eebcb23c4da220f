#include "analysis/tuning/setting_groups.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace scalemark::analysis {
namespace {

using Keys = std::vector<const TunableKey*>;
using Values = std::vector<std::string>;

const char* const kNotStated = "not recorded";

Values tunable_values(const MeasuredCase& one, const Keys& keys) {
  Values values(keys.size(), kNotStated);
  for (const auto& [name, value] : one.record->parameters) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i]->key == name) values[i] = parameter_text(value);
    }
  }
  return values;
}

/// Whatever tells two cases apart besides the values of `keys`.
std::string kin_of(const MeasuredCase& one, const Keys& keys) {
  std::string text =
      fmt::format("{}\n{}\n{}\n{}\n", one.file_index, one.host_mark, one.key.ranks, one.key.global_batch);
  for (const auto& parameter : one.record->parameters) {
    const std::string& name = parameter.first;
    const bool varies = std::ranges::any_of(keys, [&name](const TunableKey* key) { return key->key == name; });
    if (!varies && counts_for(name, KeyQuestion::kIdentity))
      text += fmt::format("{}={}\n", name, parameter_text(parameter.second));
  }
  return text;
}

std::size_t count_of_defaults(const Keys& keys, const Values& values) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) count += keys[i]->default_value == values[i] ? 1 : 0;
  return count;
}

/// "bucket_mebibytes 5, bucket_fill views": the values that are not the default; empty where all are.
std::string changed_text(const Keys& keys, const Values& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (keys[i]->default_value != values[i])
      texts.push_back(fmt::format("{} {}", keys[i]->key.substr(keys[i]->key.rfind('.') + 1), values[i]));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// Cases that differ in tunable keys alone.
struct Kin {
  std::vector<const MeasuredCase*> cases;
  Keys keys;                   ///< those that vary among them
  std::vector<Values> values;  ///< [case][key]
};

Keys varying_keys(const std::vector<const MeasuredCase*>& cases) {
  std::map<std::string_view, std::set<std::string>> values;
  for (const MeasuredCase* one : cases) {
    for (const auto& [name, value] : one->record->parameters) {
      if (const TunableKey* key = find_tunable(name)) values[key->key].insert(parameter_text(value));
    }
  }
  Keys keys;
  for (const TunableKey& key : tunable_keys()) {
    if (values[key.key].size() > 1) keys.push_back(&key);
  }
  return keys;
}

std::vector<Kin> kins_of(const CaseSet& set) {
  std::vector<const MeasuredCase*> measured;
  for (const auto& one : set.cases) {
    if (one.ok() && !one.published() && !one.full_seconds.empty()) measured.push_back(&one);
  }
  const Keys keys = varying_keys(measured);
  std::vector<Kin> kins;
  if (keys.empty()) return kins;
  std::map<std::string, std::size_t> numbers;
  for (const MeasuredCase* one : measured) {
    const auto [found, is_new] = numbers.try_emplace(kin_of(*one, keys), kins.size());
    if (is_new) kins.emplace_back();
    kins[found->second].cases.push_back(one);
  }
  for (Kin& kin : kins) {
    kin.keys = varying_keys(kin.cases);
    for (const MeasuredCase* one : kin.cases) kin.values.push_back(tunable_values(*one, kin.keys));
  }
  return kins;
}

void choose_reference(SettingGroup& group) {
  const auto defaults = [&group](const Values& values) { return count_of_defaults(group.keys, values); };
  const auto found = std::ranges::max_element(group.values, {}, defaults);
  group.reference = static_cast<std::size_t>(found - group.values.begin());
  group.reference_is_default = defaults(*found) == group.keys.size();
}

/// A group, and how many of the keys that do not vary in it are at their default.
struct CountedGroup {
  SettingGroup group;
  std::size_t defaults = 0;
};

/// `values` without the one at `place`; the same of keys.
template <typename Value>
std::vector<Value> all_but(std::vector<Value> values, std::size_t place) {
  values.erase(values.begin() + static_cast<std::ptrdiff_t>(place));
  return values;
}

/// The groups in which `kin.keys[place]` alone varies; a single setting is none.
std::vector<CountedGroup> groups_of(const Kin& kin, std::size_t place) {
  const Keys other_keys = all_but(kin.keys, place);
  std::map<Values, std::size_t> numbers;
  std::vector<CountedGroup> groups;
  for (std::size_t i = 0; i < kin.cases.size(); ++i) {
    const Values others = all_but(kin.values[i], place);
    const auto [at, is_new] = numbers.try_emplace(others, groups.size());
    if (is_new) {
      groups.push_back({{{kin.keys[place]}, changed_text(other_keys, others)}, count_of_defaults(other_keys, others)});
    }
    SettingGroup& group = groups[at->second].group;
    group.cases.push_back(kin.cases[i]);
    group.values.push_back({kin.values[i][place]});
  }
  std::erase_if(groups, [](const CountedGroup& one) { return one.group.cases.size() < 2; });
  return groups;
}

void add_groups_of(const Kin& kin, std::size_t place, std::size_t number, std::vector<SettingGroup>& all) {
  std::vector<CountedGroup> groups = groups_of(kin, place);
  std::size_t most = 0;
  for (const auto& one : groups) most = std::max(most, one.defaults);
  for (auto& one : groups) {
    one.group.kin = number;
    one.group.others_at_default = one.defaults == most;
    all.push_back(std::move(one.group));
  }
}

}  // namespace

std::vector<SettingGroup> setting_groups(const CaseSet& set) {
  std::vector<SettingGroup> groups;
  const std::vector<Kin> kins = kins_of(set);
  for (std::size_t number = 0; number < kins.size(); ++number) {
    const Kin& kin = kins[number];
    for (std::size_t place = 0; place < kin.keys.size(); ++place) add_groups_of(kin, place, number, groups);
    if (kin.keys.size() > 1) groups.push_back({kin.keys, "", true, number, kin.cases, kin.values});
  }
  for (SettingGroup& group : groups) choose_reference(group);
  return groups;
}

std::string setting_text(const std::vector<const TunableKey*>& keys, const std::vector<std::string>& values) {
  if (values.size() == 1) return values.front();
  const std::string text = changed_text(keys, values);
  return text.empty() ? "default" : text;
}

}  // namespace scalemark::analysis
