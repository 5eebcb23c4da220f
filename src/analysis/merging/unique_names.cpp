#include "analysis/merging/unique_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "analysis/comparability.h"
#include "analysis/merging/environment.h"

namespace scalemark::analysis {
namespace {

using Namesakes = std::vector<MeasuredCase*>;

/// The cases that share a name, by name.
std::map<std::string, Namesakes> shared_names(std::vector<MeasuredCase>& cases) {
  std::map<std::string, Namesakes> by_name;
  for (auto& one : cases) by_name[one.key.name].push_back(&one);
  std::erase_if(by_name, [](const auto& entry) { return entry.second.size() < 2; });
  return by_name;
}

/// Where and under what a case was measured: "host" to "node1", "NCCL_ALGO" to "Ring".
std::map<std::string, std::string> circumstances(const MeasuredCase& one) {
  std::map<std::string, std::string> found = tuning_variables(*one.file);
  found["host"] = host_names(*one.record);
  found["device"] = device_models(*one.record);
  return found;
}

std::string circumstance_text(const std::string& name, const std::string& value) {
  if (!is_tuning_variable(name)) return fmt::format("{} {}", name, value.empty() ? "not recorded" : value);
  return value.empty() ? name + " not set" : fmt::format("{}={}", name, value);
}

/// "NCCL_ALGO=Ring, host node2": what differs among cases of the same work; empty where nothing does.
std::string mark_of(const MeasuredCase& one, const Namesakes& namesakes) {
  std::map<std::string, std::set<std::string>> values;
  for (const auto* each : namesakes) {
    for (const auto& [name, value] : circumstances(*each)) values[name];
  }
  for (const auto* each : namesakes) {
    auto found = circumstances(*each);
    for (auto& [name, held] : values) held.insert(found[name]);
  }
  auto own = circumstances(one);
  std::vector<std::string> texts;
  for (const auto& [name, held] : values) {
    if (held.size() > 1) texts.push_back(circumstance_text(name, own[name]));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

void add_ids(std::vector<MeasuredCase>& cases) {
  for (auto& [name, namesakes] : shared_names(cases)) {
    for (auto* one : namesakes) {
      const std::string& id = one->record->row.case_id;
      if (name != id) one->key.name += fmt::format(" ({})", id);
    }
  }
}

void add_marks(std::vector<MeasuredCase>& cases) {
  for (auto& [name, namesakes] : shared_names(cases)) {
    std::map<std::string, Namesakes> by_work;
    for (auto* one : namesakes) by_work[work_identity(*one->record)].push_back(one);
    for (auto& [work, same] : by_work) {
      if (same.size() < 2) continue;
      for (auto* one : same) {
        const std::string mark = mark_of(*one, same);
        if (!mark.empty()) one->key.name += fmt::format(" ({})", mark);
      }
    }
  }
}

}  // namespace

void make_names_unique(std::vector<MeasuredCase>& cases) {
  add_ids(cases);
  add_marks(cases);
  for (auto& [name, namesakes] : shared_names(cases)) {
    for (auto* one : namesakes) one->key.name += fmt::format(" ({})", file_name(one->file_index));
  }
}

}  // namespace scalemark::analysis
