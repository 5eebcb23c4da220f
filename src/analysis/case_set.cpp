#include "analysis/case_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "analysis/merging/environment.h"
#include "analysis/merging/merge_notes.h"
#include "analysis/merging/unique_names.h"
#include "core/arms.h"
#include "results/case_summary.h"
#include "results/schema.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::ResultFile;

/// Whether another value makes another case. `device` says what was asked for; what was got is the device's model.
bool makes_another_case(std::string_view parameter) {
  return parameter != "device" && counts_for(parameter, KeyQuestion::kIdentity);
}

/// Equal for the same case in two files: the work, the device model, the hosts, and what the environment says to NCCL
/// and OpenMP; whatever the case is called.
std::string identity_of(const MeasuredCase& one) {
  return fmt::format("{}\n{}\n{}\n{}", device_models(*one.record), host_names(*one.record), tuning_text(*one.file),
                     work_identity(*one.record));
}

/// Whether each step of the arm ends with all ranks at the same place.
bool ranks_meet(const std::string& arm) {
  return std::ranges::none_of(kArms, [&arm](const auto& steps) { return arm == steps.name && !steps.reduces; });
}

std::string plain_name(const CaseRecord& record) {
  return record.row.label.empty() ? record.row.case_id : record.row.label;
}

MeasuredCase measured_case(const ResultFile& file, std::size_t file_index, const CaseRecord& record) {
  const results::CaseRow& row = record.row;
  return {{plain_name(record), row.ranks, row.batch_per_rank, row.global_batch, row.devices},
          &file,
          file_index,
          &record,
          signature_of(file, record),
          results::row_from_samples(record),
          arm_seconds(record, "full")};
}

/// Files by time of creation, so that the last one to hold a case is the one that is kept.
std::vector<std::size_t> by_creation(std::span<const ResultFile> files) {
  std::vector<std::size_t> order(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [files](std::size_t a, std::size_t b) { return files[a].created < files[b].created; });
  return order;
}

/// Of the files that hold a case, by time of creation, the one to show: the last that measured it to its end.
std::size_t file_to_show(const std::vector<const MeasuredCase*>& copies) {
  const auto last_ok = std::find_if(copies.rbegin(), copies.rend(), [](const auto* copy) { return copy->ok(); });
  return last_ok == copies.rend() ? copies.back()->file_index : (*last_ok)->file_index;
}

const MeasuredCase& kept_copy(const std::vector<const MeasuredCase*>& copies, std::size_t file_index) {
  return **std::find_if(copies.begin(), copies.end(),
                        [file_index](const auto* copy) { return copy->file_index == file_index; });
}

bool is_probe(const MeasuredCase& one) {
  const auto& parameters = one.record->parameters;
  return std::any_of(parameters.begin(), parameters.end(),
                     [](const auto& parameter) { return parameter.first == results::schema::kProbeOf; });
}

void take_probes_out(CaseSet& set) {
  const auto first_probe =
      std::stable_partition(set.cases.begin(), set.cases.end(), [](const auto& one) { return !is_probe(one); });
  set.probes.assign(first_probe, set.cases.end());
  set.cases.erase(first_probe, set.cases.end());
}

/// The distinct hosts of all cases of each file, for files of which some case was measured on other hosts too.
void mark_hosts(std::vector<MeasuredCase>& cases) {
  std::map<std::string, std::vector<const MeasuredCase*>> by_work;
  std::map<std::size_t, std::set<std::string>> hosts;
  for (const auto& one : cases) {
    by_work[work_identity(*one.record)].push_back(&one);
    for (const auto& rank : one.record->rank_rows) hosts[one.file_index].insert(rank.host);
  }
  std::set<std::size_t> marked;
  for (const auto& [work, same] : by_work) {
    for (const auto* one : same) {
      if (host_names(*one->record) != host_names(*same.front()->record))
        marked.insert({one->file_index, same.front()->file_index});
    }
  }
  for (auto& one : cases) {
    if (marked.contains(one.file_index)) one.host_mark = fmt::format("{}", fmt::join(hosts[one.file_index], ", "));
  }
}

/// Cases of one name that are not the same, in two files: each is held against the first of its name.
void note_conflicts(const CaseSet& set, MergeNotes& notes) {
  std::map<std::string, const MeasuredCase*> first_of_name;
  for (const auto& one : set.cases) {
    if (one.published()) continue;  // named by their publication
    const auto [found, inserted] = first_of_name.try_emplace(one.key.name, &one);
    if (!inserted && found->second->file_index != one.file_index) notes.add_conflict(*found->second, one);
  }
}

}  // namespace

std::string work_identity(const CaseRecord& record) {
  const results::CaseRow& row = record.row;
  std::string identity = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n", row.model, row.dataset, row.mode,
                                     row.precision, row.optimizer, row.ranks, row.batch_per_rank, row.global_batch);
  auto parameters = record.parameters;
  std::sort(parameters.begin(), parameters.end());
  for (const auto& [name, value] : parameters) {
    if (makes_another_case(name)) identity += fmt::format("{}={}\n", name, parameter_text(value));
  }
  return identity;
}

std::int32_t scale_of(const CaseKey& key) { return std::max(key.ranks, key.devices); }

const char* scale_unit(const CaseKey& key) { return scale_of(key) == key.ranks ? "rank" : "device"; }

std::int64_t batch_per_device(const CaseKey& key) {
  return scale_of(key) == key.ranks ? key.batch_per_rank : key.global_batch / scale_of(key);
}

std::string file_name(std::size_t file_index) { return fmt::format("file {}", file_index + 1); }

std::vector<double> arm_seconds(const CaseRecord& record, const std::string& arm) {
  const auto found = record.arms.find(arm);
  if (found == record.arms.end()) return {};
  return ranks_meet(arm) ? results::repetition_means(found->second) : results::repetition_slowest_means(found->second);
}

std::vector<double> typical_arm_seconds(const CaseRecord& record, const std::string& arm) {
  const auto found = record.arms.find(arm);
  return found == record.arms.end() ? std::vector<double>{} : results::repetition_medians(found->second);
}

CaseSet merge_cases(std::span<const ResultFile> files) {
  std::vector<MeasuredCase> all;
  for (const std::size_t index : by_creation(files)) {
    for (const auto& record : files[index].cases) all.push_back(measured_case(files[index], index, record));
  }
  std::map<std::string, std::vector<const MeasuredCase*>> copies;
  for (const auto& one : all) copies[identity_of(one)].push_back(&one);
  CaseSet set;
  MergeNotes notes;
  for (const auto& one : all) {
    const auto& group = copies.at(identity_of(one));
    const std::size_t shown = file_to_show(group);
    if (one.file_index == shown) {
      set.cases.push_back(one);
    } else {
      notes.add_duplicate(one, kept_copy(group, shown));
    }
  }
  std::stable_sort(set.cases.begin(), set.cases.end(),
                   [](const MeasuredCase& a, const MeasuredCase& b) { return a.file_index < b.file_index; });
  take_probes_out(set);
  note_conflicts(set, notes);
  set.notes = notes.lines();
  mark_hosts(set.cases);
  make_names_unique(set.cases);
  return set;
}

}  // namespace scalemark::analysis
