#include "config/compared_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "config/key_table.h"
#include "core/key_roles.h"
#include "core/single_changes.h"

namespace scalemark::config {
namespace {

std::map<std::string, std::string> values_of(const CaseConfig& one, KeyQuestion question) {
  std::map<std::string, std::string> values;
  for (const Key& key : key_table()) {
    if (is_of_case(key) && counts_for(key.path, question)) values.emplace(key.path, to_text(key.get(one)));
  }
  return values;
}

/// Equal for cases between which an efficiency is not refused.
std::string signature_of(const CaseConfig& one) {
  std::string signature;
  for (const auto& [key, value] : values_of(one, KeyQuestion::kEfficiency))
    signature += fmt::format("{}={}\n", key, value);
  return signature;
}

using Series = std::vector<std::size_t>;

/// The case that another of its series is held against: at the fewest GPUs and, of several there, in the same mode.
std::size_t baseline_of(std::size_t other, const Series& series, const std::vector<CaseConfig>& cases) {
  const auto gpus = [&](std::size_t i) { return cases[i].gpus; };
  const int fewest = gpus(*std::ranges::min_element(series, {}, gpus));
  const auto in_mode = std::ranges::find_if(
      series, [&](std::size_t i) { return gpus(i) == fewest && cases[i].train.mode == cases[other].train.mode; });
  return in_mode != series.end() ? *in_mode : *std::ranges::find(series, fewest, gpus);
}

void add_scaling_pairs(const std::vector<CaseConfig>& cases, std::vector<ComparedPair>& pairs) {
  std::map<std::string, Series> all_series;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string signature = signature_of(cases[i]);
    all_series[fmt::format("{} per gpu\n{}", cases[i].batch_per_gpu, signature)].push_back(i);
    all_series[fmt::format("{} in all\n{}", cases[i].global_batch(), signature)].push_back(i);
  }
  for (const auto& [name, series] : all_series) {
    for (const std::size_t other : series) {
      const std::size_t base = baseline_of(other, series, cases);
      if (cases[base].gpus != cases[other].gpus) pairs.push_back({base, other});
    }
  }
}

void add_single_changes(const std::vector<CaseConfig>& cases, std::vector<ComparedPair>& pairs) {
  std::vector<ChangeableCase> changeable;
  changeable.reserve(cases.size());
  for (const CaseConfig& one : cases)
    changeable.push_back({std::to_string(one.ranks()), values_of(one, KeyQuestion::kOneChange)});
  for (const SingleChange& change : single_changes(changeable)) pairs.push_back({change.without, change.with});
}

/// Sets that grow together (Galler and Fischer's union-find).
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t count) : parents_(count) { std::iota(parents_.begin(), parents_.end(), 0); }

  std::size_t root_of(std::size_t i) {
    while (parents_[i] != i) i = parents_[i] = parents_[parents_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) { parents_[root_of(a)] = root_of(b); }

 private:
  std::vector<std::size_t> parents_;
};

}  // namespace

std::vector<ComparedPair> compared_pairs(const std::vector<CaseConfig>& cases) {
  std::vector<ComparedPair> pairs;
  add_scaling_pairs(cases, pairs);
  add_single_changes(cases, pairs);
  return pairs;
}

void number_blocks(std::vector<CaseConfig>& cases) {
  DisjointSets sets(cases.size());
  for (const ComparedPair& pair : compared_pairs(cases)) sets.join(pair.base, pair.other);
  std::map<std::size_t, int> numbers;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const int next = static_cast<int>(numbers.size()) + 1;
    cases[i].block = numbers.try_emplace(sets.root_of(i), next).first->second;
  }
}

}  // namespace scalemark::config
