#include "sweep/case_recorder.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <variant>

#include "core/host_name.h"
#include "measure/phase_recorder.h"
#include "results/case_summary.h"
#include "results/loss_verdict.h"
#include "sweep/provenance.h"

namespace scalemark::sweep {
namespace {

using results::CaseRecord;
using results::CaseRow;
using results::CaseStatus;
using results::StepSamples;

// Every rank's [step] becomes one repetition [step, rank] at the end of `samples`, on rank 0.
void append_steps(const monitor::ControlGroup& group, const std::vector<double>& seconds, StepSamples& samples) {
  const auto by_rank = group.gather(seconds);
  if (by_rank.empty()) return;
  samples.steps = static_cast<std::int64_t>(seconds.size());
  samples.ranks = static_cast<std::int64_t>(by_rank.size());
  for (std::size_t step = 0; step < seconds.size(); ++step) {
    for (const auto& of_rank : by_rank) samples.seconds.push_back(of_rank.at(step));
  }
}

// After the arm's own steps, whose shape they have. What an older version measured before is not known.
void append_points(const monitor::ControlGroup& group, const std::map<std::string, std::vector<double>>& seconds,
                   const results::StepsByArm& arms, results::StepsByArm& points) {
  for (const auto& [arm, of_arm] : seconds) {
    auto& samples = points[arm];
    append_steps(group, of_arm, samples);
    const std::size_t unknown = arms.at(arm).seconds.size() - samples.seconds.size();
    samples.seconds.insert(samples.seconds.begin(), unknown, results::kNotMeasured);
  }
}

void append_items(const monitor::ControlGroup& group, const std::vector<std::vector<double>>& seconds,
                  results::ItemSamples& items) {
  items.resize(seconds.size());
  for (std::size_t i = 0; i < seconds.size(); ++i) append_steps(group, seconds[i], items[i]);
}

void append_times(const train::RepetitionSamples& samples, const monitor::ControlGroup& group, CaseRecord& record) {
  for (const auto& [arm, seconds] : samples.step_seconds) append_steps(group, seconds, record.arms[arm]);
  append_points(group, samples.input_wait_seconds, record.arms, record.input_wait_seconds);
  append_points(group, samples.backward_end_seconds, record.arms, record.backward_end_seconds);
  append_items(group, samples.bucket_seconds, record.bucket_seconds);
  append_items(group, samples.phase_seconds, record.phase_seconds);
  append_items(group, samples.bucket_ready_seconds, record.bucket_ready_seconds);
}

// The mean over ranks of each element; empty on the other ranks.
std::vector<double> mean_over_ranks(const monitor::ControlGroup& group, const std::vector<double>& values) {
  const auto by_rank = group.gather(values);
  std::vector<double> means(by_rank.empty() ? 0 : values.size(), 0.0);
  for (const auto& of_rank : by_rank) {
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += of_rank.at(i) / static_cast<double>(by_rank.size());
  }
  return means;
}

void append_accuracy(const train::RepetitionSamples& samples, const monitor::ControlGroup& group, CaseRecord& record) {
  if (samples.correct.empty()) return;
  std::array<double, 2> accuracy{};
  for (std::size_t split = 0; split < accuracy.size(); ++split) {
    accuracy[split] = group.sum(samples.correct[split]) / group.sum(samples.evaluated[split]);
  }
  if (group.rank() != 0) return;
  // Evaluated after the last epoch; the earlier ones were not.
  if (!samples.epoch_seconds.empty()) {
    record.accuracy.assign(samples.epoch_seconds.size() - 1, {results::kNotMeasured, results::kNotMeasured});
  }
  record.accuracy.push_back(accuracy);
}

void record_ranks(const train::RepetitionSamples& samples, const measure::DeviceDescription& device,
                  const monitor::ControlGroup& group, CaseRecord& record) {
  const auto hosts = group.gather(host_name());
  const auto names = group.gather(device.name);
  const auto uuids = group.gather(device.uuid);
  const auto pci_ids = group.gather(device.pci_id);
  const std::array<double, 2> numbers{static_cast<double>(samples.peak_memory_bytes),
                                      static_cast<double>(at::get_num_threads())};
  const auto by_rank = group.gather(numbers);
  record.rank_rows.resize(by_rank.size());
  for (std::size_t rank = 0; rank < by_rank.size(); ++rank) {
    auto& row = record.rank_rows[rank];
    const double earlier_peak = std::isnan(row.peak_memory_bytes) ? 0 : row.peak_memory_bytes;
    row = {record.row.case_id,
           static_cast<std::int32_t>(rank),
           hosts[rank],
           names[rank],
           uuids[rank],
           pci_ids[rank],
           static_cast<std::int32_t>(by_rank[rank][1]),
           std::max(earlier_peak, by_rank[rank][0])};
  }
}

// [rank] The fraction of its host's processors that was busy with other work than that of the case's ranks there.
std::vector<double> other_load(const std::vector<results::RankRow>& ranks,
                               const std::vector<measure::MachineUse>& uses) {
  std::map<std::string, double> own_seconds;
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) own_seconds[ranks[rank].host] += uses[rank].own_busy_seconds;
  std::vector<double> fractions;
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    const double others = uses[rank].host_busy_seconds - own_seconds[ranks[rank].host];
    // The two clocks tick differently: nothing can come out a little below 0.
    fractions.push_back(std::isnan(others) ? others : std::max(0.0, others) / uses[rank].host_capacity_seconds);
  }
  return fractions;
}

// After record_ranks, which says who shares a host.
void append_machine(const train::RepetitionSamples& samples, int repetition, const monitor::ControlGroup& group,
                    CaseRecord& record) {
  const auto& mine = samples.machine;
  const std::array<double, 7> numbers{
      mine.host_busy_seconds,       mine.host_capacity_seconds,     mine.own_busy_seconds, mine.sm_clock_hertz,
      mine.power_slowdown_fraction, mine.thermal_slowdown_fraction, samples.step_joules};
  const auto by_rank = group.gather(numbers);
  if (by_rank.empty()) return;
  std::vector<measure::MachineUse> uses;
  for (const auto& n : by_rank) uses.push_back({n[0], n[1], n[2], n[3], n[4], n[5]});
  auto& machine = record.machine;
  machine.ranks = static_cast<std::int64_t>(uses.size());
  const auto append = [&](std::vector<double>& values, auto&& of_rank) {
    // A file of an older version holds no sample of its first repetitions.
    values.resize(static_cast<std::size_t>(repetition) * uses.size(), results::kNotMeasured);
    for (std::size_t rank = 0; rank < uses.size(); ++rank) values.push_back(of_rank(rank));
  };
  const auto others = other_load(record.rank_rows, uses);
  append(machine.other_load_fraction, [&](std::size_t rank) { return others[rank]; });
  if (record.rank_rows.front().device_uuid.empty()) return;
  append(machine.sm_clock_hertz, [&](std::size_t rank) { return uses[rank].sm_clock_hertz; });
  append(machine.power_slowdown_fraction, [&](std::size_t rank) { return uses[rank].power_slowdown_fraction; });
  append(machine.thermal_slowdown_fraction, [&](std::size_t rank) { return uses[rank].thermal_slowdown_fraction; });
  append(machine.step_joules, [&](std::size_t rank) { return by_rank[rank][6]; });
}

// The ranks see different images, so that each may know of others that are damaged.
void record_skipped_images(const train::RepetitionSamples& samples, const monitor::ControlGroup& group,
                           CaseRecord& record) {
  std::string mine;
  for (const std::string& image : samples.skipped_images) mine += image + '\n';
  std::set<std::string> all(record.skipped_images.begin(), record.skipped_images.end());
  for (const std::string& of_rank : group.gather(mine)) {
    std::istringstream lines(of_rank);
    for (std::string line; std::getline(lines, line);) all.insert(line);
  }
  record.skipped_images.assign(all.begin(), all.end());
}

// Each visit decides anew: where repetitions differ, the record says so.
void note_way(const std::string& way, std::string& known) {
  if (("; " + known + "; ").find("; " + way + "; ") != std::string::npos) return;
  known += (known.empty() ? "" : "; ") + way;
}

void record_execution(const train::RepetitionSamples& samples, results::Execution& execution) {
  note_way(samples.not_graphed.empty() ? "graph" : "eager: " + samples.not_graphed, execution.step_launch);
  note_way(samples.not_resident.empty() ? "device" : "host: " + samples.not_resident, execution.image_residence);
  execution.resident_bytes = std::fmax(execution.resident_bytes, static_cast<double>(samples.resident_bytes));
  if (!samples.comm_launch.empty()) execution.comm_launch = samples.comm_launch;
  if (!samples.nccl_choices.empty()) execution.nccl_choices = samples.nccl_choices;
}

void judge_losses(const std::vector<double>& loss, const std::vector<double>& skipped, int repetition,
                  CaseRecord& record) {
  if (record.row.status == CaseStatus::kInvalid) return;
  record.row.status = CaseStatus::kOk;
  record.row.reason.clear();
  const auto fault = results::invalid_losses(loss, skipped);
  if (!fault) return;
  record.row.status = CaseStatus::kInvalid;
  record.row.reason = fmt::format("{} of repetition {}: lower train.learning_rate", *fault, repetition);
}

// Of the ranks and their machines, and of how steps were run.
void record_circumstances(const train::RepetitionSamples& samples, int repetition,
                          const measure::DeviceDescription& device, const monitor::ControlGroup& group,
                          CaseRecord& record) {
  record_ranks(samples, device, group, record);
  append_machine(samples, repetition, group, record);
  record_skipped_images(samples, group, record);
  if (group.rank() != 0) return;
  record.row.parameters = samples.parameters;
  record.gradients = samples.gradients;
  record.convolution_layers = samples.convolution_layers;
  record.bucket_bytes = samples.bucket_bytes;
  record_execution(samples, record.execution);
}

void fill_row(const config::CaseConfig& config, results::CaseRow& row) {
  row.case_id = config.id;
  row.label = config.label;
  row.model = config.model_name();
  row.dataset = config.dataset.name;
  row.mode = config::to_string(config.train.mode);
  row.precision = config::to_string(config.train.precision);
  row.optimizer = config.train.optimizer;
  row.checkpointing = config.train.checkpointing;
  row.ranks = config.ranks();
  row.devices = config.gpus;
  row.batch_per_rank = config.batch_per_rank();
  row.global_batch = config.global_batch();
  row.loader_workers = train::loader_workers(config.loader);
  row.block = config.block;
}

}  // namespace

CaseRecord new_record(const config::CaseConfig& config, std::int64_t images) {
  CaseRecord record;
  fill_row(config, record.row);
  record.row.reason = "not measured yet";
  for (auto& [path, value] : config.parameters()) {
    record.parameters.emplace_back(path,
                                   std::visit([](auto& v) { return results::ParameterValue(std::move(v)); }, value));
  }
  record.images = images;
  record.planned_repetitions = config.measure.repetitions;
  record.loss_is_float64 = config.train.precision == config::Precision::kFp64;
  record.phase_names.assign(measure::kPhaseNames.begin(), measure::kPhaseNames.end());
  return record;
}

void append_repetition(const train::RepetitionSamples& samples, int repetition,
                       const measure::DeviceDescription& device, const monitor::ControlGroup& group,
                       CaseRecord& record) {
  append_times(samples, group, record);
  const std::vector<double> loss = mean_over_ranks(group, samples.loss);
  append_accuracy(samples, group, record);
  record_circumstances(samples, repetition, device, group, record);
  if (group.rank() != 0) return;
  if (repetition == 0) {
    record.loss = loss;
    record.epoch_seconds = samples.epoch_seconds;
    if (!samples.skipped_steps.empty()) {
      record.skipped_steps = std::count(samples.skipped_steps.begin(), samples.skipped_steps.end(), 1.0);
    }
  }
  judge_losses(loss, samples.skipped_steps, repetition, record);
  results::summarize(record);
}

void append_training(const train::RepetitionSamples& circumstances, int repetition,
                     const measure::DeviceDescription& device, const monitor::ControlGroup& group, CaseRecord& record) {
  record_circumstances(circumstances, repetition, device, group, record);
  if (group.rank() != 0) return;
  results::summarize(record);
  CaseRow& row = record.row;
  row.status = CaseStatus::kOk;
  row.reason = row.seeds_reached == row.seeds
                   ? std::string()
                   : fmt::format("target not reached: {} of {} seeds reached it", row.seeds_reached, row.seeds);
}

}  // namespace scalemark::sweep
