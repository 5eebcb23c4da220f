#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/environment.h"

namespace scalemark::config {

enum class DeviceChoice { kAuto, kCuda, kCpu };
enum class Mode { kSingle, kDdp, kDataParallel };
enum class Precision { kFp64, kFp32, kTf32, kFp16, kBf16 };
enum class Switch { kAuto, kOn, kOff };
enum class LearningRateScaling { kNone, kLinear };  ///< linear: rate x gpus
enum class Schedule { kConstant, kStep, kCosine, kOneCycle };
enum class CommHook { kNone, kFp16, kBf16 };  ///< the type in which gradients travel between ranks
enum class KeepMemory { kAuto, kNever };      ///< whether a CPU keeps the memory of large tensors for the next ones
enum class Augmentation { kNone, kPadCropFlip };
enum class OnError { kFail, kSkip };  ///< what an image that cannot be read does
enum class Arm { kFull, kNoSync, kCommOnly, kCachedInput };

struct DatasetConfig {
  std::string name = "synthetic";
  std::string path;                    ///< empty: the data set's usual place
  std::optional<std::int64_t> images;  ///< nullopt: all
  int image_size = 32;                 ///< pixels per side
  int classes = 10;
  Augmentation augmentation = Augmentation::kNone;
  Switch resident = Switch::kAuto;  ///< images kept in device memory
  OnError on_error = OnError::kFail;
  double storage_latency_seconds = 0;                   ///< per read
  double storage_jitter_seconds = 0;                    ///< 0 to so much more, seeded
  std::int64_t storage_bandwidth_bytes_per_second = 0;  ///< of all reads of a rank; 0: unlimited
};

struct TrainConfig {
  Mode mode = Mode::kDdp;
  std::string optimizer = "sgd";
  double learning_rate = 0.1;
  LearningRateScaling learning_rate_scaling = LearningRateScaling::kNone;
  double momentum = 0.9;
  double weight_decay = 5.0e-4;
  Precision precision = Precision::kFp32;
  Schedule schedule = Schedule::kConstant;
  bool checkpointing = false;  ///< activations are computed again in backward in place of being kept
  int accumulation = 1;        ///< micro-batches that a step's batch is cut into
  Switch channels_last = Switch::kAuto;
  Switch cuda_graph = Switch::kAuto;
  Switch fused = Switch::kAuto;
  bool cudnn_benchmark = true;
  KeepMemory keep_memory = KeepMemory::kAuto;
  double bucket_mebibytes = 25;
  CommHook comm_hook = CommHook::kNone;
  std::uint64_t seed = 1;
};

struct LoaderConfig {
  int workers = 2;            ///< threads per rank; 0: the training thread loads
  bool workers_auto = false;  ///< as many as the rank's cores serve, in place of `workers`
  int prefetch = 2;           ///< batches ready ahead
  bool pinned = true;
};

struct MeasureConfig {
  int warmup_steps = 5;
  int steps = 20;
  int repetitions = 7;
  int epochs = 0;  ///< > 0: whole epochs in place of steps
  std::vector<Arm> arms{Arm::kFull, Arm::kNoSync, Arm::kCommOnly, Arm::kCachedInput};
  bool evaluate = false;
  std::string trace = "none";  ///< a folder for Chrome traces, one per case and rank
};

struct LimitsConfig {
  std::optional<std::int64_t> memory_bytes;
  std::optional<double> wall_time_seconds;  ///< nullopt: auto, from Slurm where there is one
  bool wall_time_auto = true;
  double case_timeout_seconds = 600;
};

using ParameterValue = std::variant<bool, std::int64_t, double, std::string>;

/// One point of the sweep, fully resolved.
struct CaseConfig {
  std::string id;     ///< unique in the experiment, a valid name of an HDF5 group, readable
  std::string label;  ///< the user's name; empty for a point of the product
  std::string block;  ///< cases that are compared with each other share it: their repetitions are interleaved
  DeviceChoice device = DeviceChoice::kAuto;
  std::string model = "resnet10";
  bool batch_norm = true;
  DatasetConfig dataset;
  TrainConfig train;
  LoaderConfig loader;
  MeasureConfig measure;
  LimitsConfig limits;
  int gpus = 1;                     ///< ranks (on CPU too), or the devices of one rank in mode data_parallel
  std::int64_t batch_per_gpu = 0;   ///< images
  bool global_batch_fixed = false;  ///< the config gave global_batch_size
  bool max_batch = false;           ///< the largest batch that fits is to be found, in steps of batch_per_gpu

  int ranks() const { return train.mode == Mode::kDataParallel ? 1 : gpus; }
  std::int64_t global_batch() const { return batch_per_gpu * gpus; }
  std::int64_t batch_per_rank() const { return global_batch() / ranks(); }

  /// Every parameter under its dotted config path: label, gpus and batch sizes, then the order of the reference config.
  /// A duration is text with its unit ("600s"), a number that may be left to a word is that word ("all", "none",
  /// "auto").
  std::vector<std::pair<std::string, ParameterValue>> parameters() const;
};

struct Experiment {
  std::string name;
  std::string description;
  std::vector<CaseConfig> cases;  ///< in config order: the product of `sweep`, then `cases`
  std::string resolved_yaml;      ///< the config with overrides and environment applied
  std::string hash;               ///< of the cases' parameters; equal hashes mean the same cases
};

/// Reads, checks and expands a config.
/// @param overrides  "KEY=VALUE" as given to --set; KEY is a dotted path, VALUE is YAML.
/// @throws InputError listing every fault of the file, one line each: "file:line:column: key.path: what, what is
/// allowed".
Experiment load_experiment(const std::filesystem::path& path, const std::vector<std::string>& overrides = {},
                           const Environment& environment = process_environment);

/// Names for messages and tables: "ddp", "bf16", "no_sync", ...
std::string to_string(Mode mode);
std::string to_string(Precision precision);
std::string to_string(Arm arm);

}  // namespace scalemark::config
