#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/parameter_value.h"
#include "config/settings.h"
#include "core/environment.h"
#include "core/registered_names.h"

namespace scalemark::config {

/// One point of the sweep, fully resolved.
struct CaseConfig {
  std::string id;     ///< unique in the experiment, a valid name of an HDF5 group, readable
  std::string label;  ///< the user's name; empty for a point of the product
  int block = 0;      ///< from 1; cases that are compared with each other share it: their repetitions are interleaved
  DeviceChoice device = DeviceChoice::kAuto;
  std::string model = "resnet10";  ///< a registered name, or the path of a TorchScript file
  std::string model_digest;        ///< of that file: the first 16 hex digits of its SHA-256
  bool batch_norm = true;
  DatasetConfig dataset;
  TrainConfig train;
  NcclConfig nccl;
  LoaderConfig loader;
  MeasureConfig measure;
  LimitsConfig limits;
  int gpus = 1;                     ///< ranks (on CPU too), or the devices of one rank in mode data_parallel
  std::int64_t batch_per_gpu = 0;   ///< images
  bool global_batch_fixed = false;  ///< the config gave global_batch_size
  bool max_batch = false;           ///< the largest batch that fits is to be found, in steps of batch_per_gpu

  bool operator==(const CaseConfig&) const = default;

  /// Of a case with a target, one training each: measure.seeds, or train.seed alone.
  std::vector<std::int64_t> seeds() const;

  bool has_own_network() const { return is_network_file(model); }

  /// As results name it: a registered name, or the file's own name and its digest, "net.pt@9f86d081884c7d65".
  std::string model_name() const;

  int ranks() const { return train.mode == Mode::kDataParallel ? 1 : gpus; }
  std::int64_t global_batch() const { return batch_per_gpu * gpus; }
  std::int64_t batch_per_rank() const { return global_batch() / ranks(); }

  /// Every parameter under its dotted config path: label, gpus and batch sizes, then the order of the reference config.
  /// A duration is text with its unit ("600s"), a number that may be left to a word is that word ("all", "none",
  /// "auto").
  std::vector<std::pair<std::string, ParameterValue>> parameters() const;
};

/// What is asked of the whole job, whatever its cases.
struct JobConfig {
  std::optional<double> wall_time_seconds;  ///< nullopt: auto, from Slurm where there is one
  bool wall_time_auto = true;
};

struct Experiment {
  std::string name;
  std::string description;
  JobConfig job;
  std::vector<CaseConfig> cases;      ///< in config order: the product of `sweep`, then `cases`
  std::string resolved_yaml;          ///< the config with overrides and environment applied
  std::string hash;                   ///< of the cases' parameters; equal hashes mean the same cases
  std::vector<std::string> warnings;  ///< what the config says without effect, as load_experiment() states faults
};

/// Reads, checks and expands a config.
/// @param overrides  as given to --set: "KEY=VALUE", where KEY is a dotted path and VALUE is YAML, or "@FILE.yaml", an
/// overlay.
/// @throws InputError listing every fault of the file, one line each: "file:line:column: key.path: what, what is
/// allowed".
Experiment load_experiment(const std::filesystem::path& path, const std::vector<std::string>& overrides = {},
                           const Environment& environment = process_environment);

/// Names for messages and tables: "ddp", "bf16", ...
std::string to_string(Mode mode);
std::string to_string(Precision precision);

}  // namespace scalemark::config
