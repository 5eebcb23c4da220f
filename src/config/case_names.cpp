#include "config/case_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace scalemark::config {
namespace {

constexpr std::size_t kLongestValue = 48;

std::string last_component(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

/// The last component of a key's path where no other key ends in it: "steps", but "dataset.name". One that joined later
/// takes no earlier key's short name: "precision" is train.precision, or the cases of older files had other ids.
std::string short_name(const Key& key) {
  const std::string last = last_component(key.path);
  const auto& table = key_table();
  const auto same = std::count_if(table.begin(), table.end(), [&](const Key& other) {
    return last_component(other.path) == last && (key.joined_later || !other.joined_later);
  });
  return same == 1 ? last : key.path;
}

std::string settings_text(const std::vector<const Assignment*>& settings) {
  std::vector<std::string> texts;
  for (const Assignment* setting : settings) {
    if (setting->key->path == "label") continue;
    texts.push_back(fmt::format("{}={}", short_name(*setting->key), slug(to_text(setting->value))));
  }
  return fmt::format("{}", fmt::join(texts, ","));
}

std::string id_of(const CasePoint& point, const CaseConfig& built, bool label_is_unique) {
  std::string settings = settings_text(point.varying.empty() ? point.settings : point.varying);
  if (built.label.empty()) return settings;
  return label_is_unique ? slug(built.label) : slug(built.label) + ',' + settings;
}

/// The name, or the first of name-2, name-3, ... that is not in `taken`.
std::string unused(const std::string& name, const std::unordered_set<std::string>& taken) {
  std::string candidate = name;
  for (int i = 2; taken.count(candidate) > 0; ++i) candidate = fmt::format("{}-{}", name, i);
  return candidate;
}

}  // namespace

std::string slug(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const bool welcome = letter || c == '.' || c == '_' || c == '+' || c == '=';
    if (welcome) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  name = name.substr(0, kLongestValue);
  while (!name.empty() && name.back() == '-') name.pop_back();
  const bool only_dots = name.find_first_not_of('.') == std::string::npos;  // "." names an HDF5 group itself
  return only_dots ? "unnamed" : name;
}

void name_cases(const std::vector<CasePoint>& points, std::vector<CaseConfig>& cases) {
  std::unordered_set<std::string> taken;
  std::unordered_map<std::string, int> uses_of_label;
  for (const CaseConfig& built : cases) ++uses_of_label[slug(built.label)];
  for (std::size_t i = 0; i < cases.size(); ++i) {
    cases[i].id = unused(id_of(points[i], cases[i], uses_of_label[slug(cases[i].label)] == 1), taken);
    taken.insert(cases[i].id);
  }
}

}  // namespace scalemark::config
