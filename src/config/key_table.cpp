#include "config/key_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "config/key_binding.h"
#include "core/registered_names.h"
#include "core/units.h"

namespace scalemark::config {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr double kDaySeconds = 86400;

std::string seconds_text(double seconds) { return fmt::format("{}s", seconds); }

double text_seconds(const ParameterValue& value) { return parse_seconds(std::get<std::string>(value)).value_or(0); }

/// Applied after gpus. Where it does not divide, the rest is lost here and reported by build_case().
Key global_batch_key() {
  return {"global_batch_size",
          Scope::kPoint,
          true,
          integer(1, std::numeric_limits<std::int32_t>::max()),
          [](const CaseConfig& c) { return ParameterValue{c.global_batch()}; },
          [](CaseConfig& c, const ParameterValue& value) {
            c.global_batch_fixed = true;
            c.batch_per_gpu = std::get<std::int64_t>(value) / c.gpus;
          }};
}

std::vector<Key> point_keys() {
  return {
      member_key("label", text(100), at(&CaseConfig::label), Scope::kCase, false),
      member_key("gpus", integer(1, 65536), at(&CaseConfig::gpus), Scope::kPoint),
      member_key("batch_size", integer(1, 16'777'216), at(&CaseConfig::batch_per_gpu), Scope::kPoint),
      global_batch_key(),
  };
}

std::vector<Key> experiment_keys() {
  return {
      constant_key("name", file_name(), "", Scope::kExperiment),
      constant_key("description", text(10'000, true), "", Scope::kExperiment),
      enum_key("device", at(&CaseConfig::device)),
      member_key("model", choice({kNetworkNames.begin(), kNetworkNames.end()}), at(&CaseConfig::model)),
      member_key("batch_norm", flag(), at(&CaseConfig::batch_norm)),
  };
}

/// A duration of the storage model.
Key wait_key(const std::string& path, double DatasetConfig::*seconds) {
  constexpr double kLongestSeconds = 60;
  return {path,
          Scope::kSetting,
          true,
          latency(kLongestSeconds),
          [seconds](const CaseConfig& c) -> ParameterValue { return seconds_text(c.dataset.*seconds); },
          [seconds](CaseConfig& c, const ParameterValue& value) { c.dataset.*seconds = text_seconds(value); }};
}

std::vector<Key> dataset_keys() {
  return {
      member_key("dataset.name", choice({kDatasetNames.begin(), kDatasetNames.end()}),
                 at(&CaseConfig::dataset, &DatasetConfig::name)),
      member_key("dataset.path", text(4096), at(&CaseConfig::dataset, &DatasetConfig::path), Scope::kSetting, false),
      optional_key("dataset.images", "all", integer(1, 1'000'000'000),
                   at(&CaseConfig::dataset, &DatasetConfig::images)),
      member_key("dataset.image_size", integer(8, 4096), at(&CaseConfig::dataset, &DatasetConfig::image_size)),
      member_key("dataset.classes", integer(2, kMillion), at(&CaseConfig::dataset, &DatasetConfig::classes)),
      enum_key("dataset.augmentation", at(&CaseConfig::dataset, &DatasetConfig::augmentation)),
      enum_key("dataset.resident", at(&CaseConfig::dataset, &DatasetConfig::resident)),
      enum_key("dataset.on_error", at(&CaseConfig::dataset, &DatasetConfig::on_error)),
      wait_key("dataset.storage.latency", &DatasetConfig::storage_latency_seconds),
      member_key("dataset.storage.bandwidth", bandwidth_limit(),
                 at(&CaseConfig::dataset, &DatasetConfig::storage_bandwidth_bytes_per_second)),
      wait_key("dataset.storage.jitter", &DatasetConfig::storage_jitter_seconds),
  };
}

std::vector<Key> train_keys() {
  return {
      enum_key("train.mode", at(&CaseConfig::train, &TrainConfig::mode)),
      member_key("train.optimizer", choice({kOptimizerNames.begin(), kOptimizerNames.end()}),
                 at(&CaseConfig::train, &TrainConfig::optimizer)),
      member_key("train.learning_rate", number({0, 1000}), at(&CaseConfig::train, &TrainConfig::learning_rate)),
      enum_key("train.learning_rate_scaling", at(&CaseConfig::train, &TrainConfig::learning_rate_scaling)),
      member_key("train.momentum", number({0, 1, true, false}), at(&CaseConfig::train, &TrainConfig::momentum)),
      member_key("train.weight_decay", number({0, 1000}), at(&CaseConfig::train, &TrainConfig::weight_decay)),
      enum_key("train.precision", at(&CaseConfig::train, &TrainConfig::precision)),
      enum_key("train.schedule", at(&CaseConfig::train, &TrainConfig::schedule)),
      member_key("train.checkpointing", flag(), at(&CaseConfig::train, &TrainConfig::checkpointing)),
      member_key("train.accumulation", integer(1, kMillion), at(&CaseConfig::train, &TrainConfig::accumulation)),
      enum_key("train.channels_last", at(&CaseConfig::train, &TrainConfig::channels_last)),
      enum_key("train.cuda_graph", at(&CaseConfig::train, &TrainConfig::cuda_graph)),
      enum_key("train.fused", at(&CaseConfig::train, &TrainConfig::fused)),
      member_key("train.cudnn_benchmark", flag(), at(&CaseConfig::train, &TrainConfig::cudnn_benchmark)),
      enum_key("train.keep_memory", at(&CaseConfig::train, &TrainConfig::keep_memory)),
      member_key("train.bucket_mebibytes", number({0, 65536, false}),
                 at(&CaseConfig::train, &TrainConfig::bucket_mebibytes)),
      enum_key("train.comm_hook", at(&CaseConfig::train, &TrainConfig::comm_hook)),
      member_key("train.seed", integer(0, std::numeric_limits<std::int64_t>::max()),
                 at(&CaseConfig::train, &TrainConfig::seed)),
  };
}

Key workers_key() {
  return {"loader.workers",
          Scope::kSetting,
          true,
          word_or({"auto"}, integer(0, 1024)),
          [](const CaseConfig& c) -> ParameterValue {
            return c.loader.workers_auto ? ParameterValue{"auto"} : ParameterValue{std::int64_t{c.loader.workers}};
          },
          [](CaseConfig& c, const ParameterValue& value) {
            c.loader.workers_auto = value == ParameterValue{"auto"};
            if (!c.loader.workers_auto) c.loader.workers = static_cast<int>(std::get<std::int64_t>(value));
          }};
}

std::vector<Key> loader_and_measure_keys() {
  return {
      workers_key(),
      member_key("loader.prefetch", integer(1, 1024), at(&CaseConfig::loader, &LoaderConfig::prefetch)),
      member_key("loader.pinned", flag(), at(&CaseConfig::loader, &LoaderConfig::pinned)),
      member_key("measure.warmup_steps", integer(0, kMillion), at(&CaseConfig::measure, &MeasureConfig::warmup_steps)),
      member_key("measure.steps", integer(1, kMillion), at(&CaseConfig::measure, &MeasureConfig::steps)),
      member_key("measure.repetitions", integer(1, 10'000), at(&CaseConfig::measure, &MeasureConfig::repetitions)),
      member_key("measure.epochs", integer(0, 100'000), at(&CaseConfig::measure, &MeasureConfig::epochs)),
      member_key("measure.arms", names_list(all_names<Arm>()), at(&CaseConfig::measure, &MeasureConfig::arms)),
      member_key("measure.evaluate", flag(), at(&CaseConfig::measure, &MeasureConfig::evaluate)),
      member_key("measure.trace", text(4096), at(&CaseConfig::measure, &MeasureConfig::trace), Scope::kSetting, false),
  };
}

Key wall_time_key() {
  return {"limits.wall_time",
          Scope::kSetting,
          false,
          word_or({"auto", "none"}, duration(365 * kDaySeconds)),
          [](const CaseConfig& c) -> ParameterValue {
            if (c.limits.wall_time_seconds) return seconds_text(*c.limits.wall_time_seconds);
            return c.limits.wall_time_auto ? "auto" : "none";
          },
          [](CaseConfig& c, const ParameterValue& value) {
            c.limits.wall_time_auto = value == ParameterValue{"auto"};
            const bool unlimited = c.limits.wall_time_auto || value == ParameterValue{"none"};
            c.limits.wall_time_seconds = unlimited ? std::nullopt : std::optional(text_seconds(value));
          }};
}

Key case_timeout_key() {
  return {"limits.case_timeout",
          Scope::kSetting,
          false,
          duration(30 * kDaySeconds),
          [](const CaseConfig& c) -> ParameterValue { return seconds_text(c.limits.case_timeout_seconds); },
          [](CaseConfig& c, const ParameterValue& value) { c.limits.case_timeout_seconds = text_seconds(value); }};
}

std::vector<Key> limits_and_search_keys() {
  return {
      optional_key("limits.memory", "none", size(), at(&CaseConfig::limits, &LimitsConfig::memory_bytes)),
      wall_time_key(),
      case_timeout_key(),
      member_key("max_batch", flag(), at(&CaseConfig::max_batch)),
  };
}

std::vector<Key> make_table() {
  std::vector<Key> table;
  for (auto part :
       {point_keys, experiment_keys, dataset_keys, train_keys, loader_and_measure_keys, limits_and_search_keys}) {
    std::vector<Key> keys = part();
    std::move(keys.begin(), keys.end(), std::back_inserter(table));
  }
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
      return key.scope == Scope::kExperiment || key.scope == Scope::kSetting;
    case Section::kSweep:
      return key.scope == Scope::kSetting || key.scope == Scope::kPoint;
    case Section::kCase:
      return key.scope != Scope::kExperiment;
  }
  return false;
}

std::string places_of(const Key& key) {
  switch (key.scope) {
    case Scope::kExperiment:
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
