#include "report/sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "analysis/significance.h"
#include "report/charts/figures.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::ScalingKind;

/// What of a config fills a table that is empty.
struct FilledBy {
  const char* table;
  const char* keys;
};

constexpr std::array kFilledBy{
    FilledBy{"strong_scaling_fixed_data_set", "two values of gpus at one batch_size"},
    FilledBy{"strong_scaling_fixed_global_batch", "two values of gpus at one global_batch_size"},
    FilledBy{"weak_scaling", "two values of gpus at one batch_size"},
    FilledBy{"lost_speedup_fixed_batch_per_rank", "two values of gpus at one batch_size"},
    FilledBy{"lost_speedup_fixed_global_batch", "two values of gpus at one global_batch_size"},
    FilledBy{"exposed_communication", "measure.arms: no_sync, on two ranks"},
    FilledBy{"communication", "measure.arms: comm_only, on two ranks"},
    FilledBy{"input_cost", "measure.arms: cached_input"},
    FilledBy{"steps", "measure.steps"},
    FilledBy{"phases", "measure.steps"},
    FilledBy{"epochs", "a data set of known length"},
    FilledBy{"roofline", "a job of today's program"},
    FilledBy{"memory", "a job of today's program"},
    FilledBy{"rank_times", "measure.steps"},
    FilledBy{"training", "measure.steps"}};

/// Sections that a report has only where there is something to say.
template <typename Rows>
void add_unless_empty(std::vector<Section>& sections, Section (*section_of)(const Rows&), const Rows& rows) {
  if (!rows.empty()) sections.push_back(section_of(rows));
}

std::vector<Section> sections_without_figures(const analysis::Report& report) {
  std::vector<Section> sections{case_section(report)};
  const auto add = [&sections](Section section) { sections.push_back(std::move(section)); };
  add_unless_empty(sections, published_section, report.published);
  add_unless_empty(sections, time_to_accuracy_section, report.times_to_accuracy);
  add_unless_empty(sections, training_speedup_section, report.training_speedups);
  add(matrix_section(report));
  add(scaling_section(ScalingKind::kFixedDataSet, report.fixed_data_set));
  add(scaling_section(ScalingKind::kFixedGlobalBatch, report.fixed_global_batch));
  add(scaling_section(ScalingKind::kFixedWorkPerRank, report.fixed_work));
  add(lost_speedup_section(ScalingKind::kFixedWorkPerRank, report.lost_fixed_work));
  add(lost_speedup_section(ScalingKind::kFixedGlobalBatch, report.lost_fixed_global_batch));
  add(advice_section(report.advice));
  add_unless_empty(sections, one_change_section, report.one_changes);
  add_unless_empty(sections, best_setting_section, report.best_settings);
  add_unless_empty(sections, worker_section, report.worker_choices);
  add(step_spread_section(report.step_spreads));
  add(phase_section(report.phases));
  add(exposed_communication_section(report.exposed_communication));
  add(communication_section(report.communication));
  add_unless_empty(sections, collectives_section, report.collectives);
  add(input_cost_section(report.input));
  add(epoch_section(report.cases));
  add(roofline_section(report.cases));
  add(memory_section(report.memory));
  add_unless_empty(sections, energy_section, report.energy);
  add_unless_empty(sections, largest_batch_section, report.largest_batches);
  add(rank_section(report.cases));
  add(rank_time_section(report.samples));
  add(rank_finding_section(report.rank_findings));
  add(training_section(report.cases));
  add(loss_section(report.curves));
  add(validity_section(report.flags));
  add_unless_empty(sections, startup_section, report.startup);
  add(provenance_section(report.files));
  return sections;
}

bool assumes_independence(const analysis::Report& report) {
  return std::ranges::any_of(report.cases, [](const analysis::CaseLine& one) {
    return one.repetitions >= 2 && one.repetitions < analysis::kFewestForDrift;
  });
}

/// Said once for all tables.
std::string interval_method(const analysis::Report& report) {
  std::string text =
      "Times are means: the elapsed time divided by the number of steps. Speed-up = images/s of the row / images/s "
      "of the baseline (baseline_images_per_second in the CSV file), both over the same repetitions if the two took "
      "turns. Intervals are at 95 %, by Student's t over the repetitions of that ratio; the column interval says "
      "whether they are paired.";
  if (assumes_independence(report)) {
    text += fmt::format(
        " With fewer than {} repetitions, an interval assumes that they are independent; so few cannot show whether "
        "they are.",
        analysis::kFewestForDrift);
  }
  return text;
}

bool holds_something(const Section& section) { return !section.table.rows.empty() || !section.matrices.empty(); }

}  // namespace

std::vector<Section> sections_of(const analysis::Report& report) {
  std::vector<Section> sections = sections_without_figures(report);
  for (auto& section : sections) {
    for (const auto& gap : kFilledBy) {
      if (section.table.name == gap.table) section.measured_by = gap.keys;
    }
    for (const auto& drawn : kFigures) {
      if (section.table.name != drawn.table) continue;
      for (auto& figure : drawn.figures(report)) section.figures.push_back(std::move(figure));
    }
  }
  return sections;
}

std::vector<Section> shown_sections(const analysis::Report& report, const std::vector<Section>& sections) {
  std::vector<Section> shown;
  if (!report.cases.empty()) {
    shown.push_back(main_section(report));
    shown.back().explanation += " " + interval_method(report);
  }
  for (const auto& section : sections) {
    if (!section.title.empty() && holds_something(section)) shown.push_back(section);
  }
  return shown;
}

std::vector<std::string> gap_lines(const std::vector<Section>& sections) {
  std::vector<std::string> keys, findings;
  std::map<std::string, std::vector<std::string>> titles;
  const bool measured = std::ranges::any_of(
      sections, [](const Section& section) { return section.table.name == "cases" && holds_something(section); });
  if (!measured) return {};
  for (const auto& section : sections) {
    if (section.title.empty() || holds_something(section)) continue;
    if (section.measured_by.empty()) {
      if (!section.table.if_empty.empty()) findings.push_back(section.table.if_empty);
      continue;
    }
    if (titles[section.measured_by].empty()) keys.push_back(section.measured_by);
    titles[section.measured_by].push_back(section.title);
  }
  std::vector<std::string> parts, lines;
  for (const auto& key : keys) parts.push_back(fmt::format("{} ({})", fmt::join(titles[key], ", "), key));
  if (!findings.empty()) lines.push_back(fmt::format("Nothing to report: {}", fmt::join(findings, " ")));
  if (!parts.empty()) lines.push_back(fmt::format("Not measured, and what measures it: {}.", fmt::join(parts, "; ")));
  return lines;
}

}  // namespace scalemark::report
