#include "report/sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "analysis/significance.h"
#include "report/charts/figures.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::ScalingKind;

/// Sections that a report has only where there is something to say.
template <typename Rows>
void add_unless_empty(std::vector<Section>& sections, Section (*section_of)(const Rows&), const Rows& rows) {
  if (!rows.empty()) sections.push_back(section_of(rows));
}

std::vector<Section> sections_without_figures(const analysis::Report& report) {
  std::vector<Section> sections{case_section(report)};
  const auto add = [&sections](Section section) { sections.push_back(std::move(section)); };
  add_unless_empty(sections, published_section, report.published);
  add(scaling_section(ScalingKind::kFixedDataSet, report.fixed_data_set));
  add(scaling_section(ScalingKind::kFixedGlobalBatch, report.fixed_global_batch));
  add(scaling_section(ScalingKind::kFixedWorkPerRank, report.fixed_work));
  add(lost_speedup_section(ScalingKind::kFixedWorkPerRank, report.lost_fixed_work));
  add(lost_speedup_section(ScalingKind::kFixedGlobalBatch, report.lost_fixed_global_batch));
  add(advice_section(report.advice));
  add_unless_empty(sections, one_change_section, report.one_changes);
  add_unless_empty(sections, worker_section, report.worker_choices);
  add(step_spread_section(report.step_spreads));
  add(phase_section(report.phases));
  add(exposed_communication_section(report.exposed_communication));
  add(communication_section(report.communication));
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
  add(provenance_section(report.files));
  return sections;
}

bool has_intervals(const Table& table) {
  return std::ranges::any_of(table.columns, [](const ColumnHead& head) { return head.kind == ColumnKind::kInterval; });
}

bool assumes_independence(const analysis::Report& report) {
  return std::ranges::any_of(report.cases, [](const analysis::CaseLine& one) {
    return one.repetitions >= 2 && one.repetitions < analysis::kFewestForDrift;
  });
}

}  // namespace

std::vector<Section> sections_of(const analysis::Report& report) {
  std::vector<Section> sections = sections_without_figures(report);
  const bool says_so = assumes_independence(report);
  for (auto& section : sections) {
    if (says_so && has_intervals(section.table)) {
      section.explanation += fmt::format(
          " With fewer than {} repetitions an interval assumes that they are independent. So few cannot show whether "
          "they are.",
          analysis::kFewestForDrift);
    }
    for (const auto& drawn : kFigures) {
      if (section.table.name != drawn.table) continue;
      for (auto& figure : drawn.figures(report)) section.figures.push_back(std::move(figure));
    }
  }
  return sections;
}

}  // namespace scalemark::report
