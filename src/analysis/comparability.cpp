#include "analysis/comparability.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <type_traits>

#include "analysis/merging/environment.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;

constexpr const char* kNotRecorded = "not recorded";
constexpr const char* kNotSet = "not set";
constexpr const char* kThreadsVariable = "OMP_NUM_THREADS";

/// Keys that the case's row and its ranks hold as they turned out: `loader.workers: auto` as a number, `device` as a
/// model.
constexpr std::array<std::string_view, 12> kHeldByRow{
    "device",       "gpus",           "batch_size",      "global_batch_size", "train.mode",     "model",
    "dataset.name", "dataset.images", "train.precision", "train.optimizer",   "loader.workers", "train.checkpointing"};

bool held_by_row(std::string_view key) {
  return std::find(kHeldByRow.begin(), kHeldByRow.end(), key) != kHeldByRow.end();
}

std::string threads_per_rank(const CaseRecord& record) {
  std::set<std::int32_t> threads;
  for (const auto& rank : record.rank_rows) threads.insert(rank.threads);
  return fmt::format("{}", fmt::join(threads, ", "));
}

/// Variables that change how NCCL and OpenMP work count as keys that do. What OMP_NUM_THREADS comes to is recorded as
/// the threads per rank, which an efficiency has to agree in where they matter. `compare` is asked about such changes.
void add_environment(const results::ResultFile& file, KeyQuestion question, Signature& signature) {
  if (question == KeyQuestion::kCompare) return;
  for (const auto& [name, value] : tuning_variables(file)) {
    if (question != KeyQuestion::kEfficiency || name != kThreadsVariable) signature[name] = value;
  }
}

}  // namespace

std::string parameter_text(const results::ParameterValue& value) {
  return std::visit([](const auto& held) { return fmt::format("{}", held); }, value);
}

std::string device_models(const CaseRecord& record) {
  std::set<std::string> models;
  for (const auto& rank : record.rank_rows) models.insert(rank.device);
  return models.empty() ? kNotRecorded : fmt::format("{}", fmt::join(models, ", "));
}

bool runs_on_cpu(const CaseRecord& record) {
  return std::all_of(record.rank_rows.begin(), record.rank_rows.end(),
                     [](const auto& rank) { return rank.device_uuid.empty() && rank.pci_id.empty(); });
}

Signature signature_of(const results::ResultFile& file, const CaseRecord& record, KeyQuestion question) {
  const results::CaseRow& row = record.row;
  Signature signature{{"device", device_models(record)},
                      {"precision", row.precision},
                      {"model", row.model},
                      {"parameters of the model", fmt::format("{}", row.parameters)},
                      {"data set", row.dataset},
                      {"images", fmt::format("{}", record.images)},
                      {"optimizer", row.optimizer},
                      {"checkpointing", fmt::format("{}", row.checkpointing)},
                      {"loader workers", fmt::format("{}", row.loader_workers)},
                      {"version of scalemark", file.software_version}};
  if (runs_on_cpu(record)) signature["threads per rank"] = threads_per_rank(record);
  for (const auto& [name, version] : file.provenance.versions) signature["version of " + name] = version;
  for (const auto& [name, value] : record.parameters) {
    if (counts_for(name, question) && !held_by_row(name)) signature[name] = parameter_text(value);
  }
  add_environment(file, question, signature);
  return signature;
}

std::vector<std::string> differences(const Signature& base, const Signature& other) {
  std::set<std::string> names;
  for (const auto& entry : base) names.insert(entry.first);
  for (const auto& entry : other) names.insert(entry.first);
  const auto value_in = [](const Signature& signature, const std::string& name) {
    const auto found = signature.find(name);
    if (found != signature.end() && !found->second.empty()) return found->second;
    return std::string(is_tuning_variable(name) ? kNotSet : kNotRecorded);
  };
  std::vector<std::string> lines;
  for (const auto& name : names) {
    const std::string base_value = value_in(base, name);
    const std::string other_value = value_in(other, name);
    if (base_value != other_value) lines.push_back(fmt::format("{} {} against {}", name, base_value, other_value));
  }
  return lines;
}

}  // namespace scalemark::analysis
