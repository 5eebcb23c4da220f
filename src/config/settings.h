#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "config/value_rule.h"
#include "core/arms.h"
#include "core/limits/config_limits.h"
#include "core/registered_names.h"

namespace scalemark::config {

// The settings of a case, group by group. Each group lists its keys in the order of the reference config: a key's path,
// its member and what it may be. `keys` binds them to a case (key_table.cpp); core/key_roles.cpp has their roles.

enum class DeviceChoice { kAuto, kCuda, kCpu };
enum class Mode { kSingle, kDdp, kDataParallel };
enum class Precision { kFp64, kFp32, kTf32, kFp16, kBf16 };
enum class Switch { kAuto, kOn, kOff };
enum class LearningRateScaling { kNone, kLinear };  ///< linear: rate x gpus
enum class Schedule { kConstant, kStep, kCosine, kOneCycle };
enum class CommHook { kNone, kFp16, kBf16 };         ///< the type in which gradients travel between ranks
enum class BucketFill { kEach, kTogether, kViews };  ///< how gradients come into the buckets
enum class KeepMemory { kAuto, kNever };  ///< whether a CPU keeps the memory of large tensors for the next ones
/// How NCCL reduces gradients; names.h has NCCL's own names.
enum class NcclAlgorithm { kAuto, kRing, kTree, kCollnetDirect, kCollnetChain, kNvls, kNvlsTree };
enum class NcclProtocol { kAuto, kLl, kLl128, kSimple };
enum class Augmentation { kNone, kPadCropFlip, kRandomResizedCropFlip };
enum class OnError { kFail, kSkip };  ///< what an image that cannot be read does
using scalemark::Arm;                 ///< of core, since an arm is named in result files too

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

  template <typename Keys>
  static void list(Keys& keys) {
    constexpr double kLongestWaitSeconds = 60;
    keys.add("dataset.name", &DatasetConfig::name, choice({kDatasetNames.begin(), kDatasetNames.end()}));
    keys.add("dataset.path", &DatasetConfig::path, text(4096));
    keys.add_optional("dataset.images", "all", &DatasetConfig::images, integer(1, 1'000'000'000));
    keys.add("dataset.image_size", &DatasetConfig::image_size, integer(8, 4096));
    keys.add("dataset.classes", &DatasetConfig::classes, integer(2, 1'000'000));
    keys.add("dataset.augmentation", &DatasetConfig::augmentation);
    keys.add("dataset.resident", &DatasetConfig::resident);
    keys.add("dataset.on_error", &DatasetConfig::on_error);
    keys.add_seconds("dataset.storage.latency", &DatasetConfig::storage_latency_seconds, latency(kLongestWaitSeconds));
    keys.add("dataset.storage.bandwidth", &DatasetConfig::storage_bandwidth_bytes_per_second, bandwidth_limit());
    keys.add_seconds("dataset.storage.jitter", &DatasetConfig::storage_jitter_seconds, latency(kLongestWaitSeconds));
  }

  bool operator==(const DatasetConfig&) const = default;
};

struct TrainConfig {
  Mode mode = Mode::kDdp;
  std::string optimizer = "sgd";
  double learning_rate = 0.1;
  LearningRateScaling learning_rate_scaling = LearningRateScaling::kNone;
  double momentum = 0.9;
  double weight_decay = 5.0e-4;
  bool decay_norms_and_biases = true;  ///< false: weight decay leaves what is no matrix alone
  double warmup_epochs = 0;            ///< over which the learning rate rises to its value
  bool zero_init_residual = false;     ///< the last norm of each residual branch starts at 0
  double label_smoothing = 0;          ///< of a target that is spread over all classes
  bool sync_batch_norm = false;        ///< batch norm's moments are those of all ranks' batches
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
  BucketFill bucket_fill = BucketFill::kEach;
  CommHook comm_hook = CommHook::kNone;
  std::uint64_t seed = 1;

  template <typename Keys>
  static void list(Keys& keys) {
    keys.add("train.mode", &TrainConfig::mode);
    keys.add("train.optimizer", &TrainConfig::optimizer, choice({kOptimizerNames.begin(), kOptimizerNames.end()}));
    keys.add("train.learning_rate", &TrainConfig::learning_rate, number({0, 1000}));
    keys.add("train.learning_rate_scaling", &TrainConfig::learning_rate_scaling);
    keys.add("train.momentum", &TrainConfig::momentum, number({0, 1, true, false}));
    keys.add("train.weight_decay", &TrainConfig::weight_decay, number({0, 1000}));
    keys.add_later("train.decay_norms_and_biases", &TrainConfig::decay_norms_and_biases, flag());
    keys.add_later("train.warmup_epochs", &TrainConfig::warmup_epochs, number({0, 1000}));
    keys.add_later("train.zero_init_residual", &TrainConfig::zero_init_residual, flag());
    keys.add_later("train.label_smoothing", &TrainConfig::label_smoothing, number({0, 1, true, false}));
    keys.add_later("train.sync_batch_norm", &TrainConfig::sync_batch_norm, flag());
    keys.add("train.precision", &TrainConfig::precision);
    keys.add("train.schedule", &TrainConfig::schedule);
    keys.add("train.checkpointing", &TrainConfig::checkpointing, flag());
    keys.add("train.accumulation", &TrainConfig::accumulation, integer(1, 1'000'000));
    keys.add("train.channels_last", &TrainConfig::channels_last);
    keys.add("train.cuda_graph", &TrainConfig::cuda_graph);
    keys.add("train.fused", &TrainConfig::fused);
    keys.add("train.cudnn_benchmark", &TrainConfig::cudnn_benchmark, flag());
    keys.add_later("train.keep_memory", &TrainConfig::keep_memory);
    keys.add("train.bucket_mebibytes", &TrainConfig::bucket_mebibytes, number({0, 65536, false}));
    keys.add_later("train.bucket_fill", &TrainConfig::bucket_fill);
    keys.add("train.comm_hook", &TrainConfig::comm_hook);
    keys.add("train.seed", &TrainConfig::seed, integer(0, std::numeric_limits<std::int64_t>::max()));
  }

  bool operator==(const TrainConfig&) const = default;
};

/// What NCCL is told when it makes the communicator of a case. By default nothing: it chooses by itself.
struct NcclConfig {
  std::optional<std::int64_t> max_ctas;  ///< the most thread blocks of a collective; nullopt: NCCL's choice
  NcclAlgorithm algo = NcclAlgorithm::kAuto;
  NcclProtocol proto = NcclProtocol::kAuto;

  template <typename Keys>
  static void list(Keys& keys) {
    constexpr std::int64_t kMostCtas = 64;  // NCCL's MAXCHANNELS
    keys.add_optional_later("nccl.max_ctas", "auto", &NcclConfig::max_ctas, integer(1, kMostCtas));
    keys.add_later("nccl.algo", &NcclConfig::algo);
    keys.add_later("nccl.proto", &NcclConfig::proto);
  }

  bool operator==(const NcclConfig&) const = default;
};

struct LoaderConfig {
  int workers = 2;            ///< threads per rank; 0: the training thread loads
  bool workers_auto = false;  ///< as many as the rank's cores serve, in place of `workers`
  int prefetch = 2;           ///< batches ready ahead
  bool pinned = true;

  template <typename Keys>
  static void list(Keys& keys) {
    keys.add_or_auto("loader.workers", &LoaderConfig::workers, &LoaderConfig::workers_auto, integer(0, 1024));
    keys.add("loader.prefetch", &LoaderConfig::prefetch, integer(1, 1024));
    keys.add("loader.pinned", &LoaderConfig::pinned, flag());
  }

  bool operator==(const LoaderConfig&) const = default;
};

/// Repetitions before `measure.repetitions: auto` decides: after fewer, its intervals cover less (bench/two_stages.py).
inline constexpr int kPilotRepetitions = 10;

struct MeasureConfig {
  int warmup_steps = 5;
  int steps = 20;
  int repetitions = 7;            ///< those of the pilot with `auto`, which asks for more where they scatter
  bool repetitions_auto = false;  ///< as many as `precision` needs
  double precision_percent = 2;   ///< half width of the 95 % interval of whatever is compared, with `auto`
  int most_repetitions = 40;      ///< with `auto`
  int epochs = 0;                 ///< > 0: whole epochs in place of steps
  std::vector<Arm> arms{Arm::kFull, Arm::kNoSync, Arm::kCommOnly, Arm::kCachedInput};
  bool evaluate = false;
  std::string trace = "none";                    ///< a folder for Chrome traces, one per case and rank
  std::optional<double> target_test_accuracy{};  ///< fraction; train until it is reached, in place of steps
  double target_most_epochs = 50;                ///< of such a training: what schedules span
  double target_epochs_between = 1;              ///< evaluations
  std::vector<std::int64_t> seeds{};             ///< of such a training, one each; empty: train.seed

  template <typename Keys>
  static void list(Keys& keys) {
    keys.add("measure.warmup_steps", &MeasureConfig::warmup_steps, integer(0, 1'000'000));
    keys.add("measure.steps", &MeasureConfig::steps, integer(1, 1'000'000));
    keys.add_or_auto("measure.repetitions", &MeasureConfig::repetitions, &MeasureConfig::repetitions_auto,
                     integer(1, kMostRepetitions));
    keys.add_percent_later("measure.precision", &MeasureConfig::precision_percent, percentage({0.1, 50}));
    keys.add_later("measure.most_repetitions", &MeasureConfig::most_repetitions,
                   integer(kPilotRepetitions, kMostRepetitions));
    keys.add("measure.epochs", &MeasureConfig::epochs, integer(0, 100'000));
    keys.add_names("measure.arms", &MeasureConfig::arms);
    keys.add("measure.evaluate", &MeasureConfig::evaluate, flag());
    keys.add("measure.trace", &MeasureConfig::trace, text(4096));
    keys.add_optional_later("measure.target.test_accuracy", "none", &MeasureConfig::target_test_accuracy,
                            number({0, 1, false, false}));
    keys.add_later("measure.target.most_epochs", &MeasureConfig::target_most_epochs, number({0, kMostEpochs, false}));
    keys.add_later("measure.target.evaluate_every", &MeasureConfig::target_epochs_between, epoch_count(kMostEpochs));
    keys.add_later("measure.seeds", &MeasureConfig::seeds, integer_list(kMostSeeds));
  }

  bool has_target() const { return target_test_accuracy.has_value(); }
  bool needs_test_set() const { return evaluate || has_target(); }

  bool operator==(const MeasureConfig&) const = default;
};

struct LimitsConfig {
  std::optional<std::int64_t> memory_bytes;
  double case_timeout_seconds = 600;

  template <typename Keys>
  static void list(Keys& keys) {
    constexpr double kDaySeconds = 86400;
    keys.add_optional("limits.memory", "none", &LimitsConfig::memory_bytes, size());
    keys.add_of_job("limits.wall_time", "auto", word_or({"auto", "none"}, duration(365 * kDaySeconds)));
    keys.add_seconds("limits.case_timeout", &LimitsConfig::case_timeout_seconds, duration(30 * kDaySeconds));
  }

  bool operator==(const LimitsConfig&) const = default;
};

}  // namespace scalemark::config
