#include <algorithm>
#include <cmath>
#include <iterator>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::CaseLine;

}  // namespace

Section training_section(const std::vector<CaseLine>& cases) {
  const bool has_scaler =
      std::ranges::any_of(cases, [](const CaseLine& line) { return std::isfinite(line.row.skipped_step_fraction); });
  auto columns = key_columns<CaseLine>();
  columns.number("first loss", "first_loss", Unit::kNone, &CaseLine::first_loss)
      .number("last loss", "final_loss", Unit::kNone, [](const CaseLine& line) { return line.row.final_loss; })
      .number("training accuracy", "train_accuracy_fraction", Unit::kFraction,
              [](const CaseLine& line) { return line.row.train_accuracy; })
      .number("test accuracy", "test_accuracy_fraction", Unit::kFraction,
              [](const CaseLine& line) { return line.row.test_accuracy; })
      .number(has_scaler ? "steps skipped" : "", "skipped_step_fraction", Unit::kFraction,
              [](const CaseLine& line) { return line.row.skipped_step_fraction; });
  std::vector<CaseLine> shown;
  std::copy_if(cases.begin(), cases.end(), std::back_inserter(shown),
               [](const CaseLine& line) { return line.row.status == results::CaseStatus::kOk; });
  return {"Training",
          "Loss of the first and the last step of the full arm's first repetition, warm-up included, as the mean over "
          "ranks; accuracy if it was evaluated. Steps skipped: the steps of that repetition that fp16's gradient "
          "scaler skipped.",
          columns.table("training", "No case holds a loss.", shown)};
}

Section loss_section(const std::vector<analysis::TrainingCurve>& curves) {
  Table table{"loss", "No case holds a loss."};
  table.columns = {{"case", "case", Unit::kNone, ColumnKind::kText}, {"step", "step"}, {"loss", "loss"}};
  table.long_rows = [&curves](const auto& take_row) {
    std::vector<Cell> row(3);
    for (const auto& curve : curves) {
      row[0] = curve.key.name;
      for (std::size_t step = 0; step < curve.loss.size(); ++step) {
        row[1] = static_cast<std::int64_t>(step);
        row[2] = curve.loss[step];
        take_row(row);
      }
    }
  };
  return {"", "Loss of every step, as the mean over ranks, warm-up included.", std::move(table)};
}

}  // namespace scalemark::report
