#include "analysis/comparability.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <type_traits>

namespace scalemark::report {
namespace {

using results::CaseRecord;

constexpr const char* kNotRecorded = "not recorded";

/// Parameters that scaling varies, or that leave a step's work and its measurement alone.
constexpr std::array<std::string_view, 13> kFreeParameters{
    "gpus",         "batch_size",          "global_batch_size",
    "label",        "train.mode",          "train.learning_rate",
    "dataset.path", "measure.repetitions", "train.learning_rate_scaling",
    "measure.arms", "measure.evaluate",    "device",
    "train.seed"};

/// Parameters that the columns of the case's row already hold, resolved.
constexpr std::array<std::string_view, 7> kRowParameters{
    "model",           "dataset.name",   "dataset.images",     "train.precision",
    "train.optimizer", "loader.workers", "train.checkpointing"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool changes_the_work(std::string_view parameter) {
  return !contains(kFreeParameters, parameter) && !contains(kRowParameters, parameter) &&
         !parameter.starts_with("limits.");
}

std::string threads_per_rank(const CaseRecord& record) {
  std::set<std::int32_t> threads;
  for (const auto& rank : record.rank_rows) threads.insert(rank.threads);
  return fmt::format("{}", fmt::join(threads, ", "));
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

Signature signature_of(const results::ResultFile& file, const CaseRecord& record) {
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
    if (changes_the_work(name)) signature[name] = parameter_text(value);
  }
  return signature;
}

std::vector<std::string> differences(const Signature& base, const Signature& other) {
  std::set<std::string> names;
  for (const auto& entry : base) names.insert(entry.first);
  for (const auto& entry : other) names.insert(entry.first);
  const auto value_in = [](const Signature& signature, const std::string& name) {
    const auto found = signature.find(name);
    return found == signature.end() || found->second.empty() ? std::string(kNotRecorded) : found->second;
  };
  std::vector<std::string> lines;
  for (const auto& name : names) {
    const std::string base_value = value_in(base, name);
    const std::string other_value = value_in(other, name);
    if (base_value != other_value) lines.push_back(fmt::format("{} {} against {}", name, base_value, other_value));
  }
  return lines;
}

}  // namespace scalemark::report
