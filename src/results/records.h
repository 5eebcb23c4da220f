#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "results/training/target_run.h"

namespace scalemark::results {

/// Marks a quantity that was not measured; never written as 0.
inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

/// The HDF5 enum of the column `status`.
enum class CaseStatus : std::int8_t { kOk = 0, kOom, kFailed, kTimeout, kSkipped, kInvalid };

inline constexpr std::array kCaseStatuses = {CaseStatus::kOk,      CaseStatus::kOom,     CaseStatus::kFailed,
                                             CaseStatus::kTimeout, CaseStatus::kSkipped, CaseStatus::kInvalid};

/// One row of /tables/cases; quantities.cpp names the columns and what they mean.
struct CaseRow {
  std::string case_id;  ///< column `case`: the name of the group /cases/<case>
  std::string label;
  CaseStatus status = CaseStatus::kFailed;
  std::string reason;  ///< why the status is not ok; empty otherwise, but where seeds fell short of the target
  std::string model;
  std::string dataset;
  std::string mode;
  std::string precision;
  std::string optimizer;
  bool checkpointing = false;
  std::int32_t ranks = 0;
  std::int32_t devices = 0;
  std::int64_t batch_per_rank = 0;  ///< images
  std::int64_t global_batch = 0;    ///< images
  std::int32_t loader_workers = 0;
  std::int64_t parameters = 0;
  double step_seconds = kNotMeasured;
  double step_seconds_low = kNotMeasured;
  double step_seconds_high = kNotMeasured;
  double images_per_second = kNotMeasured;
  double epoch_seconds = kNotMeasured;            ///< measured over whole epochs
  double epoch_seconds_estimated = kNotMeasured;  ///< images / global batch x step_seconds
  double first_epoch_seconds = kNotMeasured;
  double load_seconds = kNotMeasured;          ///< per step, of the phase pass
  double compute_seconds = kNotMeasured;       ///< per step: forward + backward + optimizer of the phase pass
  double comm_seconds = kNotMeasured;          ///< per step, of the comm_only arm
  double exposed_comm_seconds = kNotMeasured;  ///< per step: full - no_sync
  double peak_memory_bytes = kNotMeasured;     ///< of the rank with the highest peak
  double final_loss = kNotMeasured;
  double train_accuracy = kNotMeasured;  ///< fraction in [0, 1]
  double test_accuracy = kNotMeasured;   ///< fraction in [0, 1]
  double step_mean_seconds = kNotMeasured;
  double step_mean_seconds_low = kNotMeasured;
  double step_mean_seconds_high = kNotMeasured;
  std::int32_t block = 0;  ///< from 1; cases of one block took turns; 0: not recorded
  bool in_flight =
      false;  ///< `failed` for now: its first repetition was begun and has not ended, or the job died in it
  double skipped_step_fraction = kNotMeasured;  ///< fp16: of the steps of `loss`, left out by the gradient scaler
  // Of `measure.target`, up to the first evaluation that reached it, means over seeds: not measured where one fell
  // short
  double target_seconds = kNotMeasured;
  double target_seconds_low = kNotMeasured;
  double target_seconds_high = kNotMeasured;
  double target_epochs = kNotMeasured;
  double target_images = kNotMeasured;
  double target_joules = kNotMeasured;
  std::int32_t seeds = 0;          ///< whose training to the target has ended
  std::int32_t seeds_reached = 0;  ///< of those, that reached it
};

/// One row of /tables/ranks; see quantities.cpp.
struct RankRow {
  std::string case_id;
  std::int32_t rank = 0;
  std::string host;
  std::string device;       ///< "NVIDIA H100 80GB HBM3", or the processor's name
  std::string device_uuid;  ///< empty on a CPU
  std::string pci_id;       ///< empty on a CPU
  std::int32_t threads = 0;
  double peak_memory_bytes = kNotMeasured;
};

/// float64 [repetition, step, rank], in seconds; whole repetitions only.
struct StepSamples {
  std::int64_t steps = 0;
  std::int64_t ranks = 0;
  std::vector<double> seconds;

  std::int64_t repetitions() const {
    return steps * ranks == 0 ? 0 : static_cast<std::int64_t>(seconds.size()) / (steps * ranks);
  }
};

/// float64 [item, repetition, step, rank], in seconds; an item is a phase or a bucket. Kept as one StepSamples per
/// item, so that a repetition is appended in one place.
using ItemSamples = std::vector<StepSamples>;

/// The samples of each arm, by its name.
using StepsByArm = std::map<std::string, StepSamples>;

/// What the host and the device of each rank did while a repetition was measured: float64 [repetition, rank]. Each is
/// empty where it was never recorded, and NaN where it was not for one repetition.
struct MachineSamples {
  std::int64_t ranks = 0;
  std::vector<double> other_load_fraction;        ///< of the host's processors: busy with what is not this job
  std::vector<double> sm_clock_hertz;             ///< the lowest that was seen
  std::vector<double> power_slowdown_fraction;    ///< of the looks at the clocks: lowered by the power cap or brake
  std::vector<double> thermal_slowdown_fraction;  ///< of the looks at the clocks: lowered by heat
  std::vector<double> step_joules;                ///< used by the rank's GPU per step of the full arm, warm-up included
};

/// How the timed steps were run, and the most that a device of the case could do.
struct Execution {
  std::string step_launch;      ///< "graph", or "eager: " and why; "; " between, where repetitions differed; or empty
  std::string image_residence;  ///< "device", or "host: " and why; "; " between, where repetitions differed; or empty
  double resident_bytes = kNotMeasured;   ///< of the device's memory, that the data set takes
  double flops_per_image = kNotMeasured;  ///< floating-point operations of training: convolutions and linear layers
  double bytes_per_image = kNotMeasured;  ///< the least that training moves of maps and their gradients
  double peak_flops_per_second =
      kNotMeasured;  ///< of the fastest product of ones in the case's precision, mean of ranks
  double peak_bytes_per_second = kNotMeasured;  ///< of a copy in the device's memory, read and written, mean over ranks
  double sustained_flops_per_second = kNotMeasured;  ///< of products of random numbers in a row, mean over ranks
  double set_up_seconds = kNotMeasured;              ///< of the first visit: network and probe steps, slowest rank
  std::string comm_launch;   ///< of the comm_only arm: "graph", or "eager: " and why; empty where it is not known
  std::string nccl_choices;  ///< how NCCL reduces the buckets: "1.00 MiB: ring, ll128, 8 channels"; empty: not known
};

/// A repetition whose place in the order of visits was not recorded.
inline constexpr std::int64_t kNoVisit = -1;

/// A case's parameter, as an attribute of its group.
using ParameterValue = std::variant<bool, std::int64_t, double, std::string>;

/// Everything under /cases/<case>, and its rows of the tables.
struct CaseRecord {
  CaseRow row;
  std::vector<RankRow> rank_rows;
  std::vector<std::pair<std::string, ParameterValue>> parameters;  ///< dotted config paths
  StepsByArm arms;                                                 ///< by the names of core/arms.h, and phases
  /// Points of the timed steps since each one's start, of the arms' shapes: the batch is there, and the last backward
  /// has ended. NaN where a repetition was not asked; without an arm where none was.
  StepsByArm input_wait_seconds;
  StepsByArm backward_end_seconds;
  std::vector<std::int64_t> bucket_bytes;  ///< [bucket], in the order of reduction
  ItemSamples bucket_seconds;              ///< [bucket] of the comm_only arm
  std::vector<std::string> phase_names;
  ItemSamples phase_seconds;         ///< [phase] of the phase pass
  ItemSamples bucket_ready_seconds;  ///< [bucket] of the phase pass, since the start of backward
  MachineSamples machine;
  Execution execution;
  std::vector<double> loss;  ///< [step] mean over ranks, full arm, first repetition, warm-up included
  bool loss_is_float64 = false;
  std::vector<double> epoch_seconds;            ///< [epoch] of the first repetition, where whole epochs are measured
  std::vector<std::array<double, 2>> accuracy;  ///< [epoch] {train, test}
  std::int64_t images = 0;                      ///< of the training set
  std::vector<TargetRun> target_runs;           ///< [seed] of `measure.target`; empty where there is none
  std::vector<std::int64_t> visits;             ///< [repetition] its place in the file's order, from 0
  std::int64_t planned_repetitions = 0;
  std::optional<std::int64_t> wanted_repetitions;  ///< of `measure.repetitions: auto`: what the pilot asked for
  std::int64_t interruptions = 0;                  ///< times that the job died while this case was in flight
  std::optional<std::int64_t> gradients;           ///< values that a backward computes: of the trainable parameters
  std::optional<std::int64_t> convolution_layers;  ///< those of shortcuts included
  std::optional<std::int64_t> skipped_steps;       ///< fp16: that the gradient scaler left out, of the series `loss`
  std::vector<std::string> skipped_images;         ///< that could not be read (dataset.on_error: skip): name and reason
};

/// One collective many times in a row: float64 [size, rank], each the time of all over their number. A series that was
/// not measured is empty.
struct InARow {
  std::vector<double> queued_seconds;  ///< started one behind the other, as nccl-tests does
  std::vector<double> call_seconds;    ///< of that, on the host: to start one of them
  std::vector<double> graph_seconds;  ///< the same ones as a graph that is replayed; NaN where it could not be recorded
};

/// Everything under /comm/<op>: one collective over growing sizes. A series that was not measured is empty.
struct CommRecord {
  std::string op;                 ///< all_reduce all_gather reduce_scatter broadcast sendrecv
  std::string backend;            ///< mpi nccl
  std::string type;               ///< "float", ... as nccl-tests names them
  std::string reduction = "sum";  ///< sum prod min max avg; says nothing where the collective does not reduce
  std::int64_t repetitions = 0;
  std::int64_t ranks = 0;
  std::vector<std::int64_t> bytes;       ///< [size] as nccl-tests counts them: of the larger of a rank's two buffers
  std::vector<double> seconds;           ///< [size, repetition, rank] out of place
  std::vector<double> in_place_seconds;  ///< [size, repetition, rank]
  std::vector<std::int64_t> wrong;       ///< [size] wrong elements over all ranks, out of place
  std::vector<std::int64_t> in_place_wrong;
  InARow in_a_row;  ///< out of place
  InARow in_place_in_a_row;
  std::vector<std::string> choices;              ///< [size] NCCL's: "ring, ll128, 8 channels"; empty: not known
  double expected_bus_bandwidth = kNotMeasured;  ///< bytes per second, of the links between the ranks
  std::string links;                             ///< those links, or why they are not known
};

/// /provenance: where the numbers come from.
struct Provenance {
  std::string config;       ///< the resolved config, YAML
  std::string config_hash;  ///< hex; equal hashes mean the same cases
  std::string command_line;
  std::map<std::string, std::string> environment;  ///< allow-listed variables only
  std::map<std::string, std::string> versions;     ///< scalemark LibTorch CUDA cuDNN NCCL MPI HDF5 driver
  std::vector<std::string> hosts;                  ///< [rank]
  std::vector<std::string> devices;                ///< [rank], one line: name, UUID, PCI id, clocks
  std::string topology;                            ///< text: ranks, hosts, cores, what is between GPUs and adapters
  std::map<std::string, double> peaks;            ///< "fp32_flops_per_second", "copy_bytes_per_second"; mean over ranks
  std::map<std::string, double> startup_seconds;  ///< "mpi_seconds": the parts of the job's start, slowest ranks
};

/// One result file.
struct ResultFile {
  std::string title;
  std::string institution;
  std::string source;
  std::string history;  ///< one line "<UTC time> <command>" per job that wrote to the file
  std::string created;  ///< ISO 8601, UTC
  std::string software_version;
  std::string git_commit;
  Provenance provenance;
  std::vector<CaseRecord> cases;  ///< in the order in which they were first put
  std::vector<CommRecord> comm;   ///< of `scalemark comm`, by name
  std::int64_t schema_minor = 0;  ///< of the file that was read; what ResultStore writes has the newest
};

/// The case's parameter of that name; nullptr where the record has none.
const ParameterValue* find_parameter(const CaseRecord& record, std::string_view name);

/// "ok", "oom", ... as in the HDF5 enum.
const char* to_string(CaseStatus status);

/// The status for people: that of the enum, or "in flight".
const char* status_text(const CaseRow& row);

/// Whether the record is of a case in flight, none of whose repetitions is there yet.
bool is_first_in_flight(const CaseRecord& record);

}  // namespace scalemark::results
