#include "results/sample_records.h"

#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "results/quantities.h"
#include "results/step_series.h"
#include "temporary_folder.h"

namespace scalemark::results::testing {
namespace {

/// In memory where that can be had: the tests sync files thousands of times.
std::filesystem::path parent_folder() {
  const std::filesystem::path in_memory = "/dev/shm";
  return access(in_memory.c_str(), W_OK | X_OK) == 0 ? in_memory : std::filesystem::temp_directory_path();
}

/// Every column that nobody thought of here gets a number of its own.
void fill_others(CaseRow& row) {
  double number = 1000;
  for (const auto& column : table_columns<CaseRow>()) {
    const auto* const member = std::get_if<double CaseRow::*>(&column.member);
    if (member != nullptr && std::isnan(row.**member)) row.** member = ++number;
  }
}

void fill_row(CaseRow& row) {
  row.label = "baseline \u00b5";
  row.status = CaseStatus::kOk;
  row.model = "resnet18";
  row.dataset = "fashion-mnist";
  row.mode = "ddp";
  row.precision = "bf16";
  row.optimizer = "sgd";
  row.checkpointing = true;
  row.ranks = 2;
  row.devices = 2;
  row.batch_per_rank = 128;
  row.global_batch = 256;
  row.loader_workers = 3;
  row.parameters = 11'173'962;
  row.step_seconds = 0.1;
  row.step_seconds_low = 0.09;
  row.step_seconds_high = 0.11;
  row.images_per_second = 2560;
  row.epoch_seconds = 23.4;
  row.epoch_seconds_estimated = 23.4375;
  row.first_epoch_seconds = 31.25;
  row.load_seconds = 0.001;
  row.compute_seconds = 0.08;
  row.comm_seconds = 0.03;
  row.exposed_comm_seconds = -0.002;
  row.peak_memory_bytes = 1.5e9;
  row.final_loss = 0.25;
  row.train_accuracy = 0.75;
  row.test_accuracy = 0.5;
  row.block = 3;
  row.skipped_step_fraction = 0.375;
  fill_others(row);
}

RankRow rank_row(const std::string& case_id, std::int32_t rank) {
  return {case_id, rank, "node1", "NVIDIA H100 80GB HBM3", "GPU-1234", "0000:1a:00.0", 8, 1.5e9 - rank};
}

}  // namespace

StepSamples sample_steps(double base, std::int64_t repetitions, std::int64_t steps, std::int64_t ranks) {
  StepSamples samples{steps, ranks, {}};
  for (std::int64_t repetition = 0; repetition < repetitions; ++repetition)
    for (std::int64_t step = 0; step < steps; ++step)
      for (std::int64_t rank = 0; rank < ranks; ++rank)
        samples.seconds.push_back(base + 0.1 * static_cast<double>(repetition) + 0.01 * static_cast<double>(step) +
                                  0.001 * static_cast<double>(rank));
  return samples;
}

CaseRecord full_case(const std::string& case_id) {
  CaseRecord record;
  record.row.case_id = case_id;
  fill_row(record.row);
  record.rank_rows = {rank_row(case_id, 0), rank_row(case_id, 1)};
  record.parameters = {
      {"model", std::string("resnet18")}, {"train.learning_rate", 0.1},   {"train.checkpointing", true},
      {"batch_size", std::int64_t{128}},  {"batch_norm", false},          {"train.comm_hook", std::string()},
      {"zeta", std::int64_t{1}},          {"alpha", std::int64_t{2}},     {"gpus", std::int64_t{2}},
      {"measure.steps", std::int64_t{4}}, {"limits.memory", kNotMeasured}};
  record.arms["full"] = sample_steps(1.0, 3, 4, 2);
  record.arms["no_sync"] = sample_steps(2.0, 3, 4, 2);
  record.arms["comm_only"] = sample_steps(3.0, 3, 4, 2);
  record.arms["cached_input"] = sample_steps(4.0, 3, 4, 2);
  record.arms["phases"] = sample_steps(5.0, 2, 4, 2);
  record.input_wait_seconds["full"] = sample_steps(6.0, 3, 4, 2);
  record.backward_end_seconds["full"] = sample_steps(7.0, 3, 4, 2);
  record.backward_end_seconds["no_sync"] = sample_steps(8.0, 3, 4, 2);
  record.backward_end_seconds["no_sync"].seconds[0] = kNotMeasured;
  record.bucket_bytes = {1 << 20, 25 << 20};
  record.bucket_seconds = {sample_steps(10.0, 3, 4, 2), sample_steps(11.0, 3, 4, 2)};
  record.phase_names = {"load", "transfer", "forward", "backward", "reduce", "optimizer"};
  for (int phase = 0; phase < 6; ++phase) record.phase_seconds.push_back(sample_steps(20.0 + phase, 2, 4, 2));
  record.bucket_ready_seconds = {sample_steps(30.0, 2, 4, 2), sample_steps(31.0, 2, 4, 2)};
  record.bucket_ready_seconds[1].seconds[5] = kNotMeasured;
  record.machine = {2,
                    {0.01, 0.02, 0.5, kNotMeasured},
                    {1.98e9, 1.98e9, 1.2e9, 1.2e9},
                    {0, 0, 1, 0.5},
                    {0, 0, 0, 0.25},
                    {70, 71.5, 69, 72}};
  record.execution = {"graph",
                      "host: dataset.resident is false",
                      0,
                      1.7e9,
                      3e7,
                      1e15,
                      3e12,
                      9e14,
                      1.5,
                      "graph",
                      "1.00 MiB: ring, ll128, 8 channels; 25.0 MiB: ring, simple, 24 channels"};
  record.loss = {2.5, 2.25, 2.0, 1.5, 0.25};
  record.epoch_seconds = {31.25, 23.4};
  record.accuracy = {{0.5, kNotMeasured}, {0.75, 0.5}};
  record.images = 60'000;
  record.target_runs = {
      {3, {0.5, 1, 1.5}, {10, 20, 30.5}, {3e4, 6e4, 9e4}, {700, 1400, 2100}, {0.5, 0.75, 0.875}, {0.4, 0.7, 0.9}, true},
      {7, {0.5}, {11}, {3e4}, {kNotMeasured}, {kNotMeasured}, {0.45}, false}};
  record.visits = {0, 3, 4};
  record.planned_repetitions = 7;
  record.wanted_repetitions = 52;
  record.interruptions = 1;
  record.gradients = 11'173'961;
  record.convolution_layers = 20;
  record.skipped_steps = 3;
  record.skipped_images = {"train/a/1.JPEG: is empty", "train/b/2.JPEG: is no JPEG image"};
  return record;
}

void drop_step_series(CaseRecord& record) {
  for (const StepSeries& series : step_series()) (record.*series.by_arm).clear();
}

CaseRecord skipped_case(const std::string& case_id) {
  CaseRecord record;
  record.row.case_id = case_id;
  record.row.status = CaseStatus::kSkipped;
  record.row.reason = "the device has no bf16";
  return record;
}

CommRecord sample_comm() {
  CommRecord record;
  record.op = "all_reduce";
  record.backend = "mpi";
  record.type = "float";
  record.repetitions = 2;
  record.ranks = 2;
  record.bytes = {8, 1024, 1 << 20};
  // [size, repetition, rank] as [repetition, step, rank]: size + 0.1 of a second per repetition and so on.
  record.seconds = sample_steps(40.0, 3, 2, 2).seconds;
  record.in_place_seconds = sample_steps(50.0, 3, 2, 2).seconds;
  record.wrong = {0, 0, 3};
  record.in_place_wrong = {0, 1, 0};
  record.in_a_row = {{6, 6.5, 7, 7.5, 8, 8.5}, {1, 1.5, 1, 1.5, 1, 1.5}, {5, 5.5, kNotMeasured, kNotMeasured, 7, 7.5}};
  record.in_place_in_a_row = {{9, 9.5, 10, 10.5, 11, 11.5}, {2, 2.5, 2, 2.5, 2, 2.5}, {}};
  record.choices = {"ring, ll, 1 channel", "", "tree, simple, 24 channels"};
  record.expected_bus_bandwidth = 8e10;
  record.links = "4 NVLinks of a Tesla V100-SXM2-16GB";
  return record;
}

ResultFile sample_header() {
  ResultFile header;
  header.title = "quickstart";
  header.institution = "Institut f\u00fcr Messtechnik";
  header.source = "Scalemark on 1 node";
  header.history = "2024-05-06T07:08:09Z scalemark run quickstart.yaml";
  header.created = "2024-05-06T07:08:09Z";
  header.software_version = "0.1.0";
  header.git_commit = "0123456789abcdef";
  header.provenance.config = "name: quickstart\nmodel: resnet18\n";
  header.provenance.config_hash = "00ff";
  header.provenance.command_line = "scalemark run quickstart.yaml";
  header.provenance.environment = {{"SLURM_JOB_ID", "17"}, {"NCCL_DEBUG", ""}};
  header.provenance.peaks = {{"copy_bytes_per_second", 3e12}, {"fp32_flops_per_second", 5e13}};
  header.provenance.startup_seconds = {{"communicator_seconds", 2.5}, {"mpi_seconds", 0.25}};
  header.provenance.versions = {{"scalemark", "0.1.0"}, {"HDF5", "1.10.8"}};
  header.provenance.hosts = {"node1", "node1"};
  header.provenance.devices = {"NVIDIA H100, GPU-1", "NVIDIA H100, GPU-2"};
  header.provenance.topology = "2 ranks on 1 host";
  return header;
}

std::string fresh_path(const std::string& name) {
  static const TemporaryFolder folder(parent_folder());
  // A test looks at its files as a user without root's rights.
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  static int count = 0;
  const std::filesystem::path inner = folder.path() / std::to_string(count++);
  std::filesystem::create_directories(inner);
  return (inner / name).string();
}

}  // namespace scalemark::results::testing
