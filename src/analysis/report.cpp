#include "analysis/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "analysis/measured_epochs.h"
#include "analysis/merging/environment.h"
#include "analysis/precision.h"
#include "core/faults.h"
#include "results/case_summary.h"
#include "results/roofline.h"

namespace scalemark::analysis {
namespace {

CaseLine line_of(const MeasuredCase& one) {
  const results::CaseRecord& record = *one.record;
  results::CaseRecord reached;
  reached.row = one.row;
  reached.execution = record.execution;
  CaseLine line{one.key, one.file_index, one.row, record.rank_rows, record.images};
  line.repetitions = one.full_seconds.size();
  line.planned_repetitions = record.planned_repetitions;
  line.repetition_seconds = one.full_seconds;
  line.published = one.published();
  line.has_target = one.has_target();
  line.execution = record.execution;
  line.achieved_flops_per_second = results::achieved_flops_per_second(reached);
  line.model_flops_utilization = results::model_flops_utilization(reached);
  line.achieved_bytes_per_second = results::achieved_bytes_per_second(reached);
  line.roofline_fraction = results::roofline_fraction(reached);
  const std::vector<double> epochs = later_epochs(record);
  line.images_per_epoch = results::images_per_epoch(record);
  line.later_epochs_mean_seconds = epochs.empty() ? one.row.epoch_seconds : interval_of_mean(epochs).estimate;
  if (!record.loss.empty()) line.first_loss = record.loss.front();
  line.traits = traits_of(one);
  line.hosts = host_names(record);
  line.environment = tuning_text(*one.file);
  return line;
}

template <typename Value>
void append(std::vector<Value>& values, const std::optional<Value>& value) {
  if (value) values.push_back(*value);
}

void break_down(const MeasuredCase& one, Report& report) {
  append(report.step_spreads, step_spread(one));
  append(report.phases, phase_breakdown(one));
  append(report.exposed_communication, exposed_communication(one));
  append(report.input, input_cost(one));
  append(report.communication, communication(one));
  append(report.memory, memory_use(one));
  append(report.energy, energy_use(one));
  for (auto& flag : validity_flags(one)) report.flags.push_back(std::move(flag));
  for (auto& samples : rank_samples(one)) report.samples.push_back(std::move(samples));
  for (auto& finding : rank_findings(one)) report.rank_findings.push_back(std::move(finding));
  if (!one.record->loss.empty()) report.curves.push_back({one.key, one.record->loss, one.record->accuracy});
}

void advise(const std::vector<LostSpeedup>& all, const CaseSet& set, Report& report) {
  for (const auto& lost : all) {
    report.advice.push_back(advice_on(evidence_on(lost, set.cases, report.rank_findings)));
  }
}

void scale(CaseSet set, Report& report) {
  std::erase_if(set.cases, [](const MeasuredCase& one) { return one.has_target(); });
  report.fixed_data_set = scaling_rows(ScalingKind::kFixedDataSet, set.cases);
  report.fixed_global_batch = scaling_rows(ScalingKind::kFixedGlobalBatch, set.cases);
  report.fixed_work = scaling_rows(ScalingKind::kFixedWorkPerRank, set.cases);
  report.lost_fixed_work = lost_speedups(ScalingKind::kFixedWorkPerRank, report.fixed_work, set.cases);
  report.lost_fixed_global_batch = lost_speedups(ScalingKind::kFixedGlobalBatch, report.fixed_global_batch, set.cases);
  advise(report.lost_fixed_work, set, report);
  advise(report.lost_fixed_global_batch, set, report);
}

void note_commits(Report& report) {
  std::set<std::string> commits;
  for (const auto& file : report.files) {
    if (!file.git_commit.empty()) commits.insert(file.git_commit);
  }
  if (commits.size() < 2) return;
  report.notes.push_back(
      fmt::format("The files were written by different commits of Scalemark: {}.", fmt::join(commits, ", ")));
}

/// Published figures are named as such, with their source.
void note_published(const std::vector<results::ResultFile>& files, const CaseSet& set, Report& report) {
  for (std::size_t index = 0; index < files.size(); ++index) {
    const bool published = std::any_of(set.cases.begin(), set.cases.end(), [index](const MeasuredCase& one) {
      return one.file_index == index && one.published();
    });
    if (!published) continue;
    report.notes.push_back(fmt::format(
        "The figures of {} were published, not measured here, and hold no repetitions: their speed-ups have "
        "no interval. Source: {}",
        file_name(index), files[index].source));
  }
}

/// Times with faults in them are nobody's results.
void note_faults(Report& report) {
  for (std::size_t index = 0; index < report.files.size(); ++index) {
    const auto& environment = report.files[index].provenance.environment;
    if (const auto fault = environment.find(kFaultVariable); fault != environment.end()) {
      report.notes.push_back(fmt::format("{} was measured with faults put in on purpose: {}={}.", file_name(index),
                                         kFaultVariable, fault->second));
    }
  }
}

/// The fastest links that a file names; those of another machine would be judged too high, never too low.
LinkFigure link_of(const std::vector<results::ResultFile>& files) {
  LinkFigure link;
  for (const auto& file : files) {
    for (const auto& comm : file.comm) {
      const bool more = !(comm.expected_bus_bandwidth <= link.bus_bandwidth);
      if (std::isfinite(comm.expected_bus_bandwidth) && more) link = {comm.links, comm.expected_bus_bandwidth};
    }
  }
  return link;
}

results::ResultFile without_cases(const results::ResultFile& file) {
  return {file.title,
          file.institution,
          file.source,
          file.history,
          file.created,
          file.software_version,
          file.git_commit,
          file.provenance,
          {},
          {}};
}

}  // namespace

Report build_report(const std::vector<results::ResultFile>& files) {
  Report report;
  const CaseSet set = merge_cases(files);
  report.largest_batches = largest_batches(set);
  report.notes = set.notes;
  report.startup = startup_lines(files);
  for (const auto& file : files) report.files.push_back(without_cases(file));
  note_commits(report);
  note_faults(report);
  note_published(files, set, report);
  for (const auto& one : set.cases) {
    report.cases.push_back(line_of(one));
    break_down(one, report);
  }
  report.batch_series = batch_series(set);
  report.key_sweeps = key_sweeps(set);
  report.link = link_of(files);
  report.collectives = collective_lines(files);
  report.fastest = fastest_case(set);
  report.published = published_beside_measured(set);
  const auto pairs = changed_pairs(set);
  report.one_changes = one_changes(pairs);
  report.best_settings = best_settings(set);
  report.worker_choices = worker_choices(pairs);
  scale(set, report);
  report.times_to_accuracy = times_to_accuracy(set);
  report.epochs_by_batch = epochs_by_batch(report.times_to_accuracy);
  report.training_speedups = training_speedups(set, report.times_to_accuracy);
  for (auto* rows : {&report.fixed_data_set, &report.fixed_global_batch, &report.fixed_work})
    note_precision(set.cases, *rows);
  note_precision(set.cases, report.one_changes);
  return report;
}

Interval mean_step(const CaseLine& line) {
  return {line.row.step_mean_seconds, line.row.step_mean_seconds_low, line.row.step_mean_seconds_high};
}

Interval throughput(const CaseLine& line) {
  const auto batch = static_cast<double>(line.row.global_batch);
  return {line.row.images_per_second, batch / line.row.step_mean_seconds_high, batch / line.row.step_mean_seconds_low};
}

}  // namespace scalemark::analysis
