#include "analysis/comparison/case_pairs.h"

#include <fmt/format.h>

#include <array>
#include <deque>
#include <map>
#include <set>

namespace scalemark::analysis {
namespace {

/// What two cases must have in common to be paired.
using KeyOf = std::string (*)(const MeasuredCase&);

bool is_version(const std::string& name) { return name.starts_with("version of "); }

std::string name_of(const MeasuredCase& one) { return one.key.name; }
std::string work_of(const MeasuredCase& one) { return work_identity(*one.record); }
std::string name_and_work_of(const MeasuredCase& one) { return one.key.name + '\n' + work_of(one); }

/// The cases of one side that have no partner yet, by their key.
using Waiting = std::map<std::string, std::deque<const MeasuredCase*>>;

Waiting waiting_cases(const CaseSet& set, const std::set<const MeasuredCase*>& taken, KeyOf key_of) {
  Waiting waiting;
  for (const auto& one : set.cases) {
    if (!taken.contains(&one)) waiting[key_of(one)].push_back(&one);
  }
  return waiting;
}

/// [case of base] The case of the other set that it is paired with, or nullptr.
std::vector<const MeasuredCase*> partners(const CaseSet& base, const CaseSet& changed) {
  std::vector<const MeasuredCase*> partner(base.cases.size(), nullptr);
  std::set<const MeasuredCase*> taken;
  for (const KeyOf key_of : std::array<KeyOf, 3>{name_and_work_of, work_of, name_of}) {
    Waiting waiting = waiting_cases(changed, taken, key_of);
    for (std::size_t i = 0; i < base.cases.size(); ++i) {
      const auto found = partner[i] ? waiting.end() : waiting.find(key_of(base.cases[i]));
      if (found == waiting.end() || found->second.empty()) continue;
      partner[i] = found->second.front();
      taken.insert(partner[i]);
      found->second.pop_front();
    }
  }
  return partner;
}

Signature shared_part(const Signature& side, const Signature& other) {
  Signature shared;
  for (const auto& entry : side) {
    if (other.contains(entry.first) && !is_version(entry.first)) shared.insert(entry);
  }
  return shared;
}

template <typename Value>
void add_difference(std::vector<std::string>& lines, const char* name, const Value& base, const Value& changed) {
  if (base != changed) lines.push_back(fmt::format("{} {} against {}", name, base, changed));
}

}  // namespace

CasePairs pair_cases(const CaseSet& base, const CaseSet& changed) {
  const std::vector<const MeasuredCase*> partner = partners(base, changed);
  CasePairs result;
  for (std::size_t i = 0; i < base.cases.size(); ++i) {
    if (partner[i]) {
      result.pairs.emplace_back(&base.cases[i], partner[i]);
    } else {
      result.only_base.push_back(&base.cases[i]);
    }
  }
  const std::set<const MeasuredCase*> taken(partner.begin(), partner.end());
  for (const auto& one : changed.cases) {
    if (!taken.contains(&one)) result.only_new.push_back(&one);
  }
  return result;
}

Signature comparison_signature(const MeasuredCase& one) {
  return signature_of(*one.file, *one.record, KeyQuestion::kCompare);
}

std::vector<std::string> obstacles(const MeasuredCase& base, const MeasuredCase& changed) {
  const Signature base_side = comparison_signature(base);
  const Signature new_side = comparison_signature(changed);
  std::vector<std::string> lines;
  add_difference(lines, "ranks", base.key.ranks, changed.key.ranks);
  if (lines.empty()) add_difference(lines, "devices", base.record->row.devices, changed.record->row.devices);
  add_difference(lines, "batch per rank", base.key.batch_per_rank, changed.key.batch_per_rank);
  add_difference(lines, "global batch", base.key.global_batch, changed.key.global_batch);
  add_difference(lines, "mode", base.record->row.mode, changed.record->row.mode);
  for (auto& line : differences(shared_part(base_side, new_side), shared_part(new_side, base_side))) {
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> recorded_once(const Signature& base, const Signature& changed) {
  std::vector<std::string> names;
  for (const auto* side : {&base, &changed}) {
    for (const auto& entry : *side) {
      const bool on_both = base.contains(entry.first) && changed.contains(entry.first);
      if (!on_both && !is_version(entry.first)) names.push_back(entry.first);
    }
  }
  return names;
}

}  // namespace scalemark::analysis
