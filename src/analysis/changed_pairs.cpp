#include "analysis/changed_pairs.h"

#include <fmt/format.h>

#include <map>

#include "analysis/comparability.h"
#include "core/single_changes.h"

namespace scalemark::analysis {
namespace {

using Parameters = std::map<std::string, std::string>;

Parameters parameters_of(const MeasuredCase& one) {
  Parameters parameters;
  for (const auto& [key, value] : one.record->parameters) {
    if (counts_for(key, KeyQuestion::kOneChange)) parameters[key] = parameter_text(value);
  }
  return parameters;
}

/// The value of one key; "jitter 0.001s, latency 0.005s" of several of one section.
std::string text_of(const Parameters& parameters, const std::vector<std::string>& keys) {
  if (keys.size() == 1) return parameters.at(keys.front());
  std::vector<std::string> texts;
  texts.reserve(keys.size());
  for (const auto& key : keys) texts.push_back(key.substr(key.rfind('.') + 1) + " " + parameters.at(key));
  return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

std::vector<ChangedPair> changed_pairs(const CaseSet& set) {
  std::vector<const MeasuredCase*> measured;
  std::vector<ChangeableCase> cases;
  for (const auto& one : set.cases) {
    if (!one.ok() || one.published() || one.has_target()) continue;
    measured.push_back(&one);
    cases.push_back({fmt::format("{} {}", one.file_index, one.key.ranks), parameters_of(one)});
  }
  std::vector<ChangedPair> pairs;
  for (const auto& change : single_changes(cases)) {
    pairs.push_back({change.key, text_of(cases[change.without].values, change.holders),
                     text_of(cases[change.with].values, change.holders), measured[change.without],
                     measured[change.with]});
  }
  return pairs;
}

}  // namespace scalemark::analysis
