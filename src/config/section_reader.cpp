#include "config/section_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "config/nearest_key.h"
#include "config/suggestion.h"

namespace scalemark::config {
namespace {

using Kind = YamlNode::Kind;

const char* name_of_section(Section section) {
  switch (section) {
    case Section::kTop:
      return "at the top level";
    case Section::kSweep:
      return "in sweep";
    case Section::kCase:
      return "in cases";
  }
  return "";
}

}  // namespace

SectionReader::SectionReader(Section section, std::string prefix, Faults& faults, Assign assign, Special special)
    : section_(section),
      prefix_(std::move(prefix)),
      faults_(faults),
      assign_(std::move(assign)),
      special_(std::move(special)) {}

void SectionReader::read(const YamlNode& map, const std::string& group) {
  for (const YamlEntry& entry : map.entries) {
    const std::string key_path = group.empty() ? entry.key : group + "." + entry.key;
    if (is_first(entry, key_path)) read_entry(entry, key_path);
  }
}

bool SectionReader::is_first(const YamlEntry& entry, const std::string& key_path) {
  const auto [first, inserted] = seen_.try_emplace(key_path, entry.place);
  if (!inserted) {
    faults_.add(entry.place, prefix_ + key_path,
                fmt::format("is given twice, first at {}; allowed: once", to_string(first->second)));
  }
  return inserted;
}

void SectionReader::read_entry(const YamlEntry& entry, const std::string& key_path) {
  const Key* key = find_key(key_path);
  if (entry.key == "<<") {
    faults_.add(entry.place, prefix_ + key_path, "merge keys are not supported; write the keys out");
  } else if (special_ && special_(entry, key_path)) {
    return;
  } else if (key != nullptr && (allowed_in(*key, section_) || ignored_in(*key, section_))) {
    if (ignored_in(*key, section_)) {
      faults_.warn(entry.place, prefix_ + key_path,
                   fmt::format("has no effect {}, because it applies to the whole job; write it at {}",
                               name_of_section(section_), places_of(*key)));
    }
    assign_(*key, entry.place, prefix_ + key_path, entry.value);
  } else if (key != nullptr) {
    faults_.add(entry.place, prefix_ + key_path,
                fmt::format("cannot be set {}; allowed in: {}", name_of_section(section_), places_of(*key)));
  } else if (is_group(key_path)) {
    read_group(entry, key_path);
  } else {
    report_unknown(entry, key_path);
  }
}

void SectionReader::read_group(const YamlEntry& entry, const std::string& key_path) {
  if (entry.value.kind == Kind::kMap) return read(entry.value, key_path);
  faults_.add(
      entry.value.place, prefix_ + key_path,
      fmt::format("{} is given; allowed: a map of {}", quote(entry.value), fmt::join(children_of(key_path), ", ")));
}

void SectionReader::report_unknown(const YamlEntry& entry, const std::string& key_path) {
  const std::size_t dot = key_path.rfind('.');
  const std::string parent = dot == std::string::npos ? "" : key_path.substr(0, dot);
  const bool known_parent = !parent.empty() && is_group(parent);
  faults_.add(
      entry.place, prefix_ + key_path,
      fmt::format("unknown key{}; allowed{}: {}", suggestion(entry, key_path), known_parent ? " in " + parent : "",
                  fmt::join(children_of(known_parent ? parent : ""), ", ")));
}

std::string SectionReader::suggestion(const YamlEntry& entry, const std::string& key_path) const {
  std::vector<std::string> words = children_of("");
  std::erase_if(words, [](const std::string& word) { return find_key(word) != nullptr; });
  for (std::string& word : words) word = word.substr(0, word.find('.'));
  const bool dotted = key_path.find('.') != std::string::npos;
  if (const auto word = dotted ? std::nullopt : nearest_name(key_path, words))
    return fmt::format(" (did you mean {}?)", *word);
  const Key* key = nearest_key(key_path, section_);
  if (key == nullptr) return "";
  if (!allowed_in(*key, section_)) return fmt::format(" (did you mean {}, in {}?)", key->path, places_of(*key));
  const bool of_override = entry.place.line == 0;
  return fmt::format(" (did you mean {}{}?)", of_override ? prefix_ : "", key->path);
}

std::vector<std::string> SectionReader::children_of(const std::string& group) const {
  const std::string start = group.empty() ? "" : group + ".";
  std::vector<std::string> children;
  for (const std::string& path : paths_in(section_)) {
    if (path.rfind(start, 0) != 0) continue;
    const std::string rest = path.substr(start.size());
    const std::size_t dot = rest.find('.');
    const std::string child = dot == std::string::npos ? rest : rest.substr(0, dot) + ".*";
    if (std::find(children.begin(), children.end(), child) == children.end()) children.push_back(child);
  }
  if (section_ == Section::kTop && group.empty()) children.insert(children.end(), {"sweep", "cases", "quick"});
  return children;
}

}  // namespace scalemark::config
