#include "analysis/changed_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "analysis/comparability.h"

namespace scalemark::analysis {
namespace {

constexpr std::string_view kStorage = "dataset.storage";
constexpr std::string_view kBatch = "batch_size";

/// Keys that follow from others: changed along with one, they are no change of their own.
constexpr std::array<std::string_view, 2> kFollowing{"train.learning_rate", "global_batch_size"};

using Parameters = std::map<std::string, std::string>;

Parameters parameters_of(const MeasuredCase& one) {
  Parameters parameters;
  for (const auto& [key, value] : one.record->parameters) {
    if (counts_for(key, KeyQuestion::kOneChange)) parameters[key] = parameter_text(value);
  }
  return parameters;
}

/// Differing keys of two cases that state the same keys; nullopt where they do not.
std::optional<std::vector<std::string>> differing_keys(const Parameters& a, const Parameters& b) {
  if (a.size() != b.size()) return std::nullopt;
  std::vector<std::string> keys;
  for (auto left = a.begin(), right = b.begin(); left != a.end(); ++left, ++right) {
    if (left->first != right->first) return std::nullopt;
    if (left->second != right->second) keys.push_back(left->first);
  }
  return keys;
}

/// The value of one key; "jitter 0.001s, latency 0.005s" of several of one section.
std::string text_of(const Parameters& parameters, const std::vector<std::string>& keys) {
  if (keys.size() == 1) return parameters.at(keys.front());
  std::vector<std::string> texts;
  texts.reserve(keys.size());
  for (const auto& key : keys) texts.push_back(key.substr(key.rfind('.') + 1) + " " + parameters.at(key));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// The one key that was changed, with the keys that hold its values; an empty name where more than one was.
struct Change {
  std::string key;
  std::vector<std::string> holders;
};

Change change_of(std::vector<std::string> keys) {
  for (const auto follower : kFollowing) {
    if (keys.size() > 1) std::erase(keys, follower);
  }
  const auto is_storage = [](const std::string& key) { return key.starts_with(kStorage); };
  if (keys.size() == 1 && !is_storage(keys.front())) return {keys.front(), keys};
  if (!keys.empty() && std::all_of(keys.begin(), keys.end(), is_storage)) return {std::string(kStorage), keys};
  return {};
}

bool comparable(const MeasuredCase& a, const MeasuredCase& b) {
  return a.file_index == b.file_index && a.key.ranks == b.key.ranks;
}

/// The pairs that lead to `with`, each from the first case that it can be held against.
void add_pairs(const std::vector<const MeasuredCase*>& cases, const std::vector<Parameters>& parameters,
               std::size_t with, std::vector<ChangedPair>& pairs) {
  std::vector<std::string> seen;
  for (std::size_t without = 0; without < with; ++without) {
    if (!comparable(*cases[without], *cases[with])) continue;
    const auto keys = differing_keys(parameters[without], parameters[with]);
    if (!keys) continue;
    const Change change = change_of(*keys);
    if (change.key.empty() || change.key == "gpus" || std::ranges::count(seen, change.key) > 0) continue;
    seen.push_back(change.key);
    pairs.push_back({change.key, text_of(parameters[without], change.holders),
                     text_of(parameters[with], change.holders), cases[without], cases[with]});
  }
}

/// A sweep over batch sizes has charts of its own.
void leave_batch_sweeps_out(std::vector<ChangedPair>& pairs) {
  if (std::ranges::all_of(pairs, [](const ChangedPair& pair) { return pair.key == kBatch; })) return pairs.clear();
  std::map<const MeasuredCase*, int> batches;
  for (const auto& pair : pairs) batches[pair.without] += pair.key == kBatch ? 1 : 0;
  std::erase_if(pairs, [&batches](const ChangedPair& pair) { return pair.key == kBatch && batches[pair.without] > 1; });
}

void group_by_key(std::vector<ChangedPair>& pairs) {
  std::vector<std::string> order;
  for (const auto& pair : pairs) {
    if (std::ranges::count(order, pair.key) == 0) order.push_back(pair.key);
  }
  std::ranges::stable_sort(
      pairs, {}, [&order](const ChangedPair& pair) { return std::ranges::find(order, pair.key) - order.begin(); });
}

}  // namespace

std::vector<ChangedPair> changed_pairs(const CaseSet& set) {
  std::vector<const MeasuredCase*> cases;
  std::vector<Parameters> parameters;
  for (const auto& one : set.cases) {
    if (!one.ok() || one.published()) continue;
    cases.push_back(&one);
    parameters.push_back(parameters_of(one));
  }
  std::vector<ChangedPair> pairs;
  for (std::size_t with = 1; with < cases.size(); ++with) add_pairs(cases, parameters, with, pairs);
  leave_batch_sweeps_out(pairs);
  group_by_key(pairs);
  return pairs;
}

}  // namespace scalemark::analysis
