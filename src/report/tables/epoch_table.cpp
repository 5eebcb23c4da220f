#include <cmath>

#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

constexpr double kProjectedEpochs = 100;

std::vector<Cell> epoch_cells(const analysis::CaseLine& line) {
  const results::CaseRow& row = line.row;
  const double steps = static_cast<double>(line.images) / static_cast<double>(row.global_batch);
  const Interval step{row.step_seconds, row.step_seconds_low, row.step_seconds_high};
  const double epoch = std::isfinite(row.epoch_seconds) ? row.epoch_seconds : steps * row.step_seconds;
  // The first epoch pays for the cold start once, however many follow.
  const double first = std::isfinite(row.first_epoch_seconds) ? row.first_epoch_seconds : epoch;
  std::vector<Cell> cells = key_cells(line.key);
  for (const Cell& cell : {Cell{scaled(step, steps)}, Cell{row.epoch_seconds}, Cell{row.first_epoch_seconds},
                           Cell{steps * row.load_seconds}, Cell{steps * row.compute_seconds},
                           Cell{first + (kProjectedEpochs - 1) * epoch}}) {
    cells.push_back(cell);
  }
  return cells;
}

}  // namespace

Table epoch_table(const std::vector<analysis::CaseLine>& cases) {
  Table table{"epochs",
              "Epochs",
              "Estimated: images / global batch x step time. Measured epochs are there where measure.epochs asks for "
              "them: the median of all but the first, which pays for the start. Loading and compute (forward, "
              "backward, optimizer) are those of the labelled pass, per epoch; loading that a worker does meanwhile "
              "is in none of them. 100 epochs: the first one and 99 others, measured where they were, else estimated.",
              "No case holds the number of its data set's images.",
              key_columns(),
              {}};
  table.columns.push_back(interval_column("estimated epoch", "epoch_seconds_estimated", Unit::kSeconds));
  table.columns.push_back(number_column("measured epoch", "epoch_seconds", Unit::kSeconds));
  table.columns.push_back(number_column("first epoch", "first_epoch_seconds", Unit::kSeconds));
  table.columns.push_back(number_column("loading", "epoch_load_seconds", Unit::kSeconds));
  table.columns.push_back(number_column("compute", "epoch_compute_seconds", Unit::kSeconds));
  table.columns.push_back(number_column("100 epochs", "hundred_epochs_seconds", Unit::kSeconds));
  for (const auto& line : cases) {
    const bool measured = line.row.status == results::CaseStatus::kOk && !line.published;
    if (measured && line.images > 0 && line.row.global_batch > 0) table.rows.push_back(epoch_cells(line));
  }
  return table;
}

}  // namespace scalemark::report
