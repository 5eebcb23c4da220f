#include "analysis/swept_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "analysis/merging/environment.h"

namespace scalemark::analysis {
namespace {

constexpr std::size_t kFewestOfAKey = 3;  // two values are one change, which a table of its own shows

/// What may change along with an axis and is no change of its own. Jobs of several sizes run on other hosts, and are
/// given other numbers of threads.
bool follows(const std::string& name, const std::string& key) {
  constexpr std::array<std::string_view, 3> kOfAny{"train.learning_rate", kHostTrait, "OMP_NUM_THREADS"};
  return std::ranges::find(kOfAny, name) != kOfAny.end() || (key == kRanksKey && (name == kBatchKey || name == "mode"));
}

Traits without(const Traits& traits, const std::string& key, bool without_followers) {
  Traits left;
  for (const auto& [name, value] : traits) {
    if (name != key && !(without_followers && follows(name, key))) left[name] = value;
  }
  return left;
}

using Group = std::vector<const AxisMember*>;

std::map<Traits, Group> grouped(const Group& members, const std::string& key, bool without_followers) {
  std::map<Traits, Group> groups;
  for (const auto* member : members) groups[without(member->traits, key, without_followers)].push_back(member);
  return groups;
}

bool has_equal_places(const Group& group) {
  std::set<double> places;
  return std::any_of(group.begin(), group.end(), [&](const auto* one) { return !places.insert(one->x).second; });
}

std::optional<double> number_of(const std::string& text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
  return is_number ? std::optional(value) : std::nullopt;
}

double number_in(const Traits& traits, const char* key) {
  const auto found = traits.find(key);
  return found == traits.end() ? 0.0 : number_of(found->second).value_or(0.0);
}

void add_series(const Traits& shared, Group group, std::vector<AxisSeries>& all) {
  if (group.size() < 2 || has_equal_places(group)) return;
  std::ranges::sort(group, {}, &AxisMember::x);
  AxisSeries series{"", shared};
  series.first_batch = number_in(group.front()->traits, kBatchKey);
  for (const auto* member : group) {
    series.members.push_back(member->index);
    series.x.push_back(member->x);
  }
  all.push_back(std::move(series));
}

std::string spaced(std::string text) {
  std::ranges::replace(text, '_', ' ');
  return text;
}

/// Ranks and batch come first, since readers look for them there.
std::vector<std::string> in_order(const std::map<std::string, std::string>& names) {
  std::vector<std::string> ordered;
  for (const char* first : {kRanksKey, kBatchKey}) {
    if (names.contains(first)) ordered.emplace_back(first);
  }
  for (const auto& [name, usual] : names) {
    if (name != kRanksKey && name != kBatchKey) ordered.push_back(name);
  }
  return ordered;
}

/// Whether a trait that some lack sets the others apart. A file that lacks a key says nothing of it: it was published,
/// or an earlier program wrote it.
bool absence_counts(const std::string& name) { return is_tuning_variable(name) || name == kPublishedTrait; }

/// By name, what differs, and the value that more than half of them have: it goes unsaid.
std::map<std::string, std::string> differing_names(const std::vector<Traits>& all) {
  std::map<std::string, std::map<std::string, std::size_t>> counts;
  for (const auto& traits : all) {
    for (const auto& [name, value] : traits) ++counts[name][value];
  }
  std::map<std::string, std::string> differing;
  for (const auto& [name, of_name] : counts) {
    const auto usual = std::ranges::max_element(of_name, {}, [](const auto& one) { return one.second; });
    if (usual->second == all.size() || (of_name.size() == 1 && !absence_counts(name))) continue;
    const bool is_said = name == kRanksKey || name == kBatchKey || name == kHeldTrait || name == kPublishedTrait ||
                         2 * usual->second <= all.size();
    differing[name] = is_said ? std::string() : usual->first;
  }
  return differing;
}

/// Every ok case that was measured, at the place that `key` gives it; none where the key holds no number.
std::vector<AxisMember> members_along(const CaseSet& set, const std::string& key) {
  std::vector<AxisMember> members;
  for (std::size_t index = 0; index < set.cases.size(); ++index) {
    const MeasuredCase& one = set.cases[index];
    if (!one.ok() || one.published()) continue;
    Traits traits = traits_of(one);
    const auto found = traits.find(key);
    const auto x = found == traits.end() ? std::nullopt : number_of(found->second);
    if (x) members.push_back({index, *x, std::move(traits)});
  }
  return members;
}

/// Keys of the config, other than ranks and batch, that hold more than two numbers.
std::vector<std::string> numeric_keys(const CaseSet& set) {
  std::map<std::string, std::set<double>> values;
  for (const auto& one : set.cases) {
    if (!one.ok() || one.published()) continue;
    for (const auto& [name, text] : traits_of(one)) {
      const bool is_key =
          name == kWorkersKey || (name.find('.') != std::string::npos && name.find(' ') == std::string::npos);
      const auto value = is_key ? number_of(text) : std::nullopt;
      if (value) values[name].insert(*value);
    }
  }
  std::vector<std::string> keys;
  for (const auto& [name, of_key] : values) {
    if (of_key.size() >= kFewestOfAKey) keys.push_back(name);
  }
  return keys;
}

}  // namespace

std::string trait_text(const std::string& name, const std::string& value) {
  constexpr std::array<std::string_view, 8> kSpeakForThemselves{"precision", "model",  "data set", "optimizer",
                                                                "mode",      "device", kHeldTrait, kPublishedTrait};
  if (name == kRanksKey) return value == "1" ? "1 rank" : value + " ranks";
  if (name == kBatchKey) return fmt::format("batch {} per rank", value);
  if (name == kWorkersKey) return value == "1" ? "1 worker" : value + " workers";
  if (std::ranges::find(kSpeakForThemselves, name) != kSpeakForThemselves.end()) return value;
  if (is_tuning_variable(name)) return fmt::format("{}={}", name, value);
  std::string last = spaced(name.substr(name.rfind('.') + 1));
  if (value == "true") return last;
  if (value == "false") return "no " + last;
  return fmt::format("{} {}", last, value);
}

Traits traits_of(const MeasuredCase& one) {
  Traits traits = signature_of(*one.file, *one.record, KeyQuestion::kIdentity);
  traits[kRanksKey] = fmt::format("{}", scale_of(one.key));
  traits[kBatchKey] = fmt::format("{}", batch_per_device(one.key));
  traits["mode"] = one.row.mode;
  if (!one.host_mark.empty()) traits[kHostTrait] = one.host_mark;
  if (one.published()) {
    std::erase_if(traits, [](const auto& trait) { return trait.second.empty() || trait.second == "0"; });
    traits[kPublishedTrait] = "published";
  }
  return traits;
}

std::vector<AxisSeries> series_along(const std::string& key, const std::vector<AxisMember>& members) {
  Group all;
  for (const auto& member : members) all.push_back(&member);
  std::vector<AxisSeries> series;
  for (const auto& [shared, group] : grouped(all, key, true)) {
    if (!has_equal_places(group)) {
      add_series(shared, group, series);
      continue;
    }
    // Several cases at one place: followers tell them apart, so that each is a change after all.
    for (const auto& [own, part] : grouped(group, key, false)) add_series(own, part, series);
  }
  std::ranges::stable_sort(
      series, {}, [](const AxisSeries& one) { return std::pair(number_in(one.shared, kRanksKey), one.first_batch); });
  name_series(series);
  return series;
}

void name_series(std::vector<AxisSeries>& series) {
  std::vector<Traits> shared;
  shared.reserve(series.size());
  for (const auto& one : series) shared.push_back(one.shared);
  const auto names = names_of(shared);
  for (std::size_t i = 0; i < series.size(); ++i)
    series[i].name = names[i].empty() && series.size() > 1 ? "unchanged" : names[i];
}

std::vector<std::string> names_of(const std::vector<Traits>& all) {
  if (all.empty()) return {};
  const auto differing = differing_names(all);
  const auto ordered = in_order(differing);
  std::vector<std::string> names;
  for (const auto& traits : all) {
    std::vector<std::string> parts;
    for (const auto& name : ordered) {
      const auto found = traits.find(name);
      const bool says_something =
          found != traits.end() && !found->second.empty() && found->second != differing.at(name);
      if (says_something) parts.push_back(trait_text(name, found->second));
    }
    names.push_back(fmt::format("{}", fmt::join(parts, ", ")));
  }
  return names;
}

std::vector<AxisSeries> batch_series(const CaseSet& set) {
  return series_along(kBatchKey, members_along(set, kBatchKey));
}

std::vector<KeySweep> key_sweeps(const CaseSet& set) {
  std::vector<KeySweep> sweeps;
  for (const auto& key : numeric_keys(set)) {
    KeySweep sweep{key, series_along(key, members_along(set, key))};
    std::erase_if(sweep.series, [](const AxisSeries& one) { return one.members.size() < kFewestOfAKey; });
    if (!sweep.series.empty()) sweeps.push_back(std::move(sweep));
  }
  return sweeps;
}

}  // namespace scalemark::analysis
