#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::CaseLine;
using analysis::ScalingKind;
using analysis::ScalingRow;

/// A case beside its scaling and its flags.
struct MainLine {
  CaseLine line;
  ScalingRow scaling;  ///< without numbers where the case has no row
  std::string flags;

  bool ok() const { return line.row.status == results::CaseStatus::kOk; }
};

bool has_comparison(const std::vector<ScalingRow>& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [](const ScalingRow& row) { return !row.is_baseline && std::isfinite(row.efficiency.estimate); });
}

std::string main_explanation(const analysis::Report& report, ScalingKind kind) {
  constexpr const char* kTimes = "Step time and images/s: from the elapsed time, as means over the repetitions.";
  if (kind == ScalingKind::kFixedGlobalBatch)
    return fmt::format("{} Speed-up and efficiency: strong scaling of step time, global batch fixed.", kTimes);
  const std::string epochs = epochs_behind(report.fixed_data_set);
  return fmt::format("{} Speed-up and efficiency: strong scaling of {}{}epoch time, data set and batch per rank fixed.",
                     kTimes, epochs, epochs.empty() ? "" : " ");
}

/// Published figures have a table of their own where anything was measured.
std::vector<CaseLine> cases_of_main_table(const analysis::Report& report) {
  std::vector<CaseLine> measured = report.cases;
  std::erase_if(measured, [](const CaseLine& line) { return line.published; });
  return measured.empty() ? report.cases : measured;
}

std::vector<MainLine> main_lines(const analysis::Report& report, ScalingKind kind) {
  std::map<std::string, ScalingRow> scaling;
  for (const auto& row : scaling_of(report, kind)) scaling[row.key.name] = row;
  std::map<std::string, std::string> flags = flag_kinds(report);
  std::vector<MainLine> lines;
  for (const auto& line : cases_of_main_table(report)) {
    lines.push_back({line, scaling[line.key.name], flags[line.key.name]});
  }
  return lines;
}

Interval shown_step(const MainLine& one) {
  const results::CaseRow& row = one.line.row;
  if (one.line.published) return {row.step_seconds, row.step_seconds_low, row.step_seconds_high};
  return mean_step(one.line);
}

Columns<MainLine> main_columns() {
  Columns<MainLine> columns;
  columns.text("case", "case", [](const MainLine& one) { return one.line.key.name; })
      .text("status", "status", [](const MainLine& one) { return results::status_text(one.line.row); })
      .count("ranks", "ranks", [](const MainLine& one) { return one.line.key.ranks; })
      .count("batch/rank", "batch_per_rank",
             [](const MainLine& one) { return batch_cell(one.line.key.batch_per_rank); })
      .interval("step time", "step_mean_seconds", Unit::kSeconds, shown_step)
      .remarked([](const MainLine& one) { return one.ok() ? one.flags : one.line.row.reason; })
      .number("images/s", "images_per_second", Unit::kImagesPerSecond,
              [](const MainLine& one) { return one.line.row.images_per_second; })
      .interval("speed-up", "speedup", Unit::kRatio, [](const MainLine& one) { return one.scaling.speedup; })
      .interval("efficiency", "efficiency_fraction", Unit::kFraction,
                [](const MainLine& one) { return one.scaling.efficiency; })
      .remarked([](const MainLine& one) { return one.ok() ? remark_of(one.scaling) : std::string(); })
      .number("peak memory", "peak_memory_bytes", Unit::kBytes,
              [](const MainLine& one) { return one.line.row.peak_memory_bytes; });
  return columns;
}

}  // namespace

ScalingKind main_scaling(const analysis::Report& report) {
  const bool global_only = !has_comparison(report.fixed_data_set) && has_comparison(report.fixed_global_batch);
  return global_only ? ScalingKind::kFixedGlobalBatch : ScalingKind::kFixedDataSet;
}

const std::vector<ScalingRow>& scaling_of(const analysis::Report& report, ScalingKind kind) {
  switch (kind) {
    case ScalingKind::kFixedDataSet:
      return report.fixed_data_set;
    case ScalingKind::kFixedGlobalBatch:
      return report.fixed_global_batch;
    case ScalingKind::kFixedWorkPerRank:
      break;
  }
  return report.fixed_work;
}

Section main_section(const analysis::Report& report) {
  const ScalingKind kind = main_scaling(report);
  return {"Main table", main_explanation(report, kind),
          main_columns().table("main", "The files hold no case.", main_lines(report, kind))};
}

}  // namespace scalemark::report
