#include "report/tables/tables.h"

namespace scalemark::report {

Table energy_table(const std::vector<analysis::EnergyUse>& uses) {
  Table table{"energy",
              "Energy",
              "What the GPUs used in the full arm, warm-up included, by the driver's counters. These are brought up to "
              "date ten times a second, so that no number is given for less than a second of steps.",
              "No GPU told its energy.",
              key_columns(),
              {}};
  table.columns.push_back(interval_column("per image", "joules_per_image", Unit::kJoules));
  table.columns.push_back(number_column("per step", "joules_per_step", Unit::kJoules));
  table.columns.push_back(number_column("power per GPU", "watts_per_gpu", Unit::kWatts));
  table.columns.push_back(remark_column("remark", "remark"));
  for (const auto& use : uses) {
    std::vector<Cell> cells = key_cells(use.key);
    if (!use.withheld.empty()) table.remarks.push_back({table.rows.size(), cells.size(), use.withheld});
    cells.emplace_back(use.joules_per_image);
    cells.emplace_back(use.joules_per_step);
    cells.emplace_back(use.watts_per_gpu);
    cells.emplace_back(use.withheld);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace scalemark::report
