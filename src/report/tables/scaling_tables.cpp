#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

constexpr const char* kIntervals =
    " Intervals are 95 %, from Student's t over the log ratios of the repetition medians, paired by repetition.";

// Of the main table.
constexpr std::size_t kStepColumn = 4;
constexpr std::size_t kEfficiencyColumn = 7;

struct Wording {
  const char* name;
  const char* title;
  const char* explanation;
  const char* if_empty;
  const char* time_title;
  const char* time_name;
  const char* speedup_title;
  const char* speedup_name;
};

Wording wording_of(analysis::ScalingKind kind) {
  switch (kind) {
    case analysis::ScalingKind::kFixedDataSet:
      return {
          "strong_scaling_fixed_data_set",
          "Strong scaling: fixed data set, fixed batch per rank",
          "The data set is held fixed, and with it the work of an epoch; the batch per rank is fixed, so that the "
          "global batch grows with the ranks. Epoch time T = images / global batch x step time, speed-up S_n = T_b "
          "/ T_n over the baseline of b ranks (1 where it was measured), efficiency S_n x b / n. Since the batch per "
          "rank is fixed, an epoch has b / n as many steps, and this efficiency is by construction the same number "
          "as that of weak scaling below.",
          "No two comparable cases have the same batch per rank at different numbers of ranks.",
          "epoch time",
          "epoch_seconds",
          "speed-up",
          "speedup"};
    case analysis::ScalingKind::kFixedGlobalBatch:
      return {"strong_scaling_fixed_global_batch",
              "Strong scaling: fixed global batch",
              "The global batch is held fixed, so that the batch per rank shrinks as ranks are added and every step "
              "does the same work for the optimizer. Speed-up S_n = step time of b ranks / step time of n ranks, "
              "efficiency S_n x b / n.",
              "No two comparable cases have the same global batch at different numbers of ranks.",
              "step time",
              "step_seconds",
              "speed-up",
              "speedup"};
    case analysis::ScalingKind::kFixedWorkPerRank:
      break;
  }
  return {
      "weak_scaling",
      "Weak scaling: fixed work per rank",
      "The batch per rank is held fixed, so that the total work of a step grows with the ranks. Efficiency = step "
      "time of b ranks / step time of n ranks; the scaled speed-up is efficiency x n / b, the ratio of throughputs.",
      "No two comparable cases have the same batch per rank at different numbers of ranks.",
      "step time",
      "step_seconds",
      "scaled speed-up",
      "scaled_speedup"};
}

std::string remark_of(const analysis::ScalingRow& row) {
  if (!row.refusal.empty()) return "not comparable: " + row.refusal;
  if (!row.is_baseline) return row.caveat;
  return row.caveat.empty() ? "baseline" : "baseline; " + row.caveat;
}

std::vector<Cell> scaling_cells(const analysis::ScalingRow& row) {
  std::vector<Cell> cells = key_cells(row.key);
  const double baseline_ranks = row.baseline.empty() ? results::kNotMeasured : row.baseline_ranks;
  const std::vector<Cell> rest{row.seconds,
                               row.images_per_second,
                               row.speedup,
                               row.efficiency,
                               row.baseline,
                               baseline_ranks,
                               static_cast<std::int64_t>(row.rounds),
                               remark_of(row)};
  cells.insert(cells.end(), rest.begin(), rest.end());
  return cells;
}

bool has_comparison(const std::vector<analysis::ScalingRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const analysis::ScalingRow& row) {
    return !row.is_baseline && std::isfinite(row.efficiency.estimate);
  });
}

const char* main_explanation(analysis::ScalingKind kind) {
  if (kind == analysis::ScalingKind::kFixedDataSet) {
    return "Speed-up and efficiency: strong scaling of epoch time, data set and batch per rank fixed.";
  }
  return "Speed-up and efficiency: strong scaling of step time, global batch fixed.";
}

/// Published figures have a table of their own where anything was measured.
std::vector<analysis::CaseLine> cases_of_main_table(const analysis::Report& report) {
  std::vector<analysis::CaseLine> measured = report.cases;
  std::erase_if(measured, [](const analysis::CaseLine& line) { return line.published; });
  return measured.empty() ? report.cases : measured;
}

}  // namespace

Table scaling_table(analysis::ScalingKind kind, const std::vector<analysis::ScalingRow>& rows) {
  const Wording wording = wording_of(kind);
  Table table{wording.name, wording.title, std::string(wording.explanation) + kIntervals, wording.if_empty, {}, {}};
  table.columns = key_columns();
  const std::vector<Column> rest{
      interval_column(wording.time_title, wording.time_name, Unit::kSeconds),
      number_column("images/s", "images_per_second", Unit::kImagesPerSecond),
      interval_column(wording.speedup_title, wording.speedup_name, Unit::kRatio),
      interval_column("efficiency", "efficiency_fraction", Unit::kFraction),
      text_column("", "baseline"),
      number_column("", "baseline_ranks"),
      number_column("", "paired_repetitions"),
      remark_column("remark", "remark"),
  };
  table.columns.insert(table.columns.end(), rest.begin(), rest.end());
  const std::size_t efficiency = key_columns().size() + 3;
  for (const auto& row : rows) {
    if (const std::string remark = remark_of(row); !remark.empty()) {
      table.remarks.push_back({table.rows.size(), efficiency, remark});
    }
    table.rows.push_back(scaling_cells(row));
  }
  return table;
}

analysis::ScalingKind main_scaling(const analysis::Report& report) {
  const bool global_only = !has_comparison(report.fixed_data_set) && has_comparison(report.fixed_global_batch);
  return global_only ? analysis::ScalingKind::kFixedGlobalBatch : analysis::ScalingKind::kFixedDataSet;
}

const std::vector<analysis::ScalingRow>& scaling_of(const analysis::Report& report, analysis::ScalingKind kind) {
  switch (kind) {
    case analysis::ScalingKind::kFixedDataSet:
      return report.fixed_data_set;
    case analysis::ScalingKind::kFixedGlobalBatch:
      return report.fixed_global_batch;
    case analysis::ScalingKind::kFixedWorkPerRank:
      break;
  }
  return report.fixed_work;
}

Table main_table_of(const analysis::Report& report) {
  const analysis::ScalingKind kind = main_scaling(report);
  std::map<std::string, const analysis::ScalingRow*> scaling;
  for (const auto& row : scaling_of(report, kind)) scaling[row.key.name] = &row;
  Table table{"main", "", main_explanation(kind), "The files hold no case.", {}, {}};
  table.columns = {text_column("case", "case"),
                   text_column("status", "status"),
                   number_column("ranks", "ranks"),
                   number_column("batch/rank", "batch_per_rank"),
                   interval_column("step time", "step_seconds", Unit::kSeconds),
                   number_column("images/s", "images_per_second", Unit::kImagesPerSecond),
                   interval_column("speed-up", "speedup", Unit::kRatio),
                   interval_column("efficiency", "efficiency_fraction", Unit::kFraction),
                   number_column("peak memory", "peak_memory_bytes", Unit::kBytes)};
  std::map<std::string, std::string> flags = flag_kinds(report);
  for (const auto& line : cases_of_main_table(report)) {
    const results::CaseRow& row = line.row;
    const auto found = scaling.find(line.key.name);
    const bool known = found != scaling.end();
    const auto remark = [&table](std::size_t column, const std::string& text) {
      if (!text.empty()) table.remarks.push_back({table.rows.size(), column, text});
    };
    remark(kStepColumn, row.status == results::CaseStatus::kOk ? flags[line.key.name] : row.reason);
    if (known && row.status == results::CaseStatus::kOk) remark(kEfficiencyColumn, remark_of(*found->second));
    table.rows.push_back({line.key.name, std::string(results::to_string(row.status)), std::int64_t{line.key.ranks},
                          batch_cell(line.key.batch_per_rank),
                          Interval{row.step_seconds, row.step_seconds_low, row.step_seconds_high},
                          row.images_per_second, known ? found->second->speedup : analysis::kNoInterval,
                          known ? found->second->efficiency : analysis::kNoInterval, row.peak_memory_bytes});
  }
  return table;
}

}  // namespace scalemark::report
