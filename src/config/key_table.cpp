#include "config/key_table.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "config/key_binding.h"
#include "config/model_file.h"
#include "core/limits/config_limits.h"

namespace scalemark::config {
namespace {

/// Applied after gpus. Where it does not divide, the rest is lost here and reported by build_case().
Key global_batch_key() {
  return {"global_batch_size", Scope::kPoint, integer(1, std::numeric_limits<std::int32_t>::max()),
          [](const CaseConfig& c) { return ParameterValue{c.global_batch()}; },
          [](CaseConfig& c, const ParameterValue& value) {
            c.global_batch_fixed = true;
            c.batch_per_gpu = std::get<std::int64_t>(value) / c.gpus;
          }};
}

/// What tells cases apart is a file's content, and not where it lies.
Key model_key() {
  Key key = member_key("model", model_rule(), at(&CaseConfig::model));
  key.get = [](const CaseConfig& c) { return ParameterValue{c.model_name()}; };
  return key;
}

std::vector<Key> point_keys() {
  return {
      member_key("label", text(kLongestLabel), at(&CaseConfig::label), Scope::kCase),
      member_key("gpus", integer(1, kMostRanks), at(&CaseConfig::gpus), Scope::kPoint),
      member_key("batch_size", integer(1, 16'777'216), at(&CaseConfig::batch_per_gpu), Scope::kPoint),
      global_batch_key(),
  };
}

std::vector<Key> experiment_keys() {
  return {
      constant_key("name", file_name(), "", Scope::kExperiment),
      constant_key("description", text(10'000, true), "", Scope::kExperiment),
      constant_key("template", word_or({"none"}, file_name()), "none", Scope::kExperiment),
      enum_key("device", at(&CaseConfig::device)),
      model_key(),
      member_key("batch_norm", flag(), at(&CaseConfig::batch_norm)),
  };
}

/// Binds the keys that a group of settings lists to the group's members in a case.
template <typename Group>
class GroupKeys {
 public:
  GroupKeys(Group CaseConfig::*group, std::vector<Key>& table) : group_(group), table_(table) {}

  template <Enumeration Member>
  void add(const char* path, Member Group::*member) {
    table_.push_back(enum_key(path, at(group_, member)));
  }
  template <typename Member>
  void add(const char* path, Member Group::*member, ValueRule rule) {
    table_.push_back(member_key(path, std::move(rule), at(group_, member)));
  }
  /// The same for a key that earlier releases did not have.
  template <typename Member, typename... Rule>
  void add_later(const char* path, Member Group::*member, Rule... rule) {
    add(path, member, std::move(rule)...);
    table_.back().joined_later = true;
  }
  template <typename Member>
  void add_optional(const char* path, const char* word, Member Group::*member, ValueRule rule) {
    table_.push_back(optional_key(path, word, std::move(rule), at(group_, member)));
  }
  template <typename Member>
  void add_optional_later(const char* path, const char* word, Member Group::*member, ValueRule rule) {
    add_optional(path, word, member, std::move(rule));
    table_.back().joined_later = true;
  }
  template <typename Member>
  void add_or_auto(const char* path, Member Group::*member, bool Group::*is_auto, ValueRule rule) {
    table_.push_back(auto_key(path, std::move(rule), at(group_, member), at(group_, is_auto)));
  }
  void add_percent_later(const char* path, double Group::*member, ValueRule rule) {
    table_.push_back(percent_key(path, std::move(rule), at(group_, member)));
    table_.back().joined_later = true;
  }
  void add_seconds(const char* path, double Group::*member, ValueRule rule) {
    table_.push_back(seconds_key(path, std::move(rule), at(group_, member)));
  }
  template <Enumeration Item>
  void add_names(const char* path, std::vector<Item> Group::*member) {
    add(path, member, names_list(all_names<Item>()));
  }
  void add_of_job(const char* path, const char* otherwise, ValueRule rule) {
    table_.push_back(constant_key(path, std::move(rule), otherwise, Scope::kJob));
  }

 private:
  Group CaseConfig::*group_;
  std::vector<Key>& table_;
};

template <typename Group>
void add_group(Group CaseConfig::*group, std::vector<Key>& table) {
  GroupKeys<Group> keys(group, table);
  Group::list(keys);
}

std::vector<Key> make_table() {
  std::vector<Key> table = point_keys();
  std::ranges::move(experiment_keys(), std::back_inserter(table));
  add_group(&CaseConfig::dataset, table);
  add_group(&CaseConfig::train, table);
  add_group(&CaseConfig::nccl, table);
  add_group(&CaseConfig::loader, table);
  add_group(&CaseConfig::measure, table);
  add_group(&CaseConfig::limits, table);
  table.push_back(member_key("max_batch", flag(), at(&CaseConfig::max_batch)));
  return table;
}

}  // namespace

const std::vector<Key>& key_table() {
  static const std::vector<Key> table = make_table();
  return table;
}

const Key* find_key(const std::string& path) {
  const auto& table = key_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const Key& key) { return key.path == path; });
  return found == table.end() ? nullptr : &*found;
}

bool is_group(const std::string& path) {
  const auto& table = key_table();
  return std::any_of(table.begin(), table.end(), [&](const Key& key) { return key.path.rfind(path + ".", 0) == 0; });
}

bool allowed_in(const Key& key, Section section) {
  switch (section) {
    case Section::kTop:
      return is_of_case(key) ? key.scope == Scope::kSetting : true;
    case Section::kSweep:
      return key.scope == Scope::kSetting || key.scope == Scope::kPoint;
    case Section::kCase:
      return is_of_case(key);
  }
  return false;
}

bool ignored_in(const Key& key, Section section) { return key.scope == Scope::kJob && section != Section::kTop; }

bool is_of_case(const Key& key) { return key.scope != Scope::kExperiment && key.scope != Scope::kJob; }

std::string places_of(const Key& key) {
  switch (key.scope) {
    case Scope::kExperiment:
    case Scope::kJob:
      return "the top level";
    case Scope::kSetting:
      return "the top level, sweep or cases";
    case Scope::kPoint:
      return "sweep or cases";
    case Scope::kCase:
      return "cases";
  }
  return "";
}

std::vector<std::string> paths_in(Section section) {
  std::vector<std::string> paths;
  for (const Key& key : key_table()) {
    if (allowed_in(key, section)) paths.push_back(key.path);
  }
  return paths;
}

}  // namespace scalemark::config
