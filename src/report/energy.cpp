#include "report/energy.h"

#include <cmath>
#include <numeric>

#include "report/tables.h"

namespace scalemark::report {

std::optional<EnergyUse> energy_use(const MeasuredCase& one) {
  const auto& machine = one.record->machine;
  const auto ranks = static_cast<std::ptrdiff_t>(machine.ranks);
  std::vector<double> step_joules;  // [repetition] of all ranks
  for (auto begin = machine.step_joules.begin(); ranks > 0 && machine.step_joules.end() - begin >= ranks;
       begin += ranks) {
    const double sum = std::accumulate(begin, begin + ranks, 0.0);
    if (!std::isnan(sum)) step_joules.push_back(sum);
  }
  if (!one.ok() || step_joules.empty() || one.key.global_batch < 1) return std::nullopt;
  std::vector<double> image_joules;
  image_joules.reserve(step_joules.size());
  for (const double joules : step_joules) image_joules.push_back(joules / static_cast<double>(one.key.global_batch));
  EnergyUse use{one.key, interval_of_median(image_joules), median(step_joules), 0};
  use.watts_per_gpu = use.joules_per_step / one.record->row.step_seconds / static_cast<double>(machine.ranks);
  return use;
}

Table energy_table(const std::vector<EnergyUse>& uses) {
  Table table{"energy",
              "Energy",
              "What the GPUs used in the full arm, warm-up included, by the driver's counters; these are brought up to "
              "date ten times a second or more often, so that arms of a few seconds are the shortest to trust.",
              "No GPU told its energy.",
              key_columns(),
              {}};
  table.columns.push_back(interval_column("joules per image", "joules_per_image", Unit::kNone));
  table.columns.push_back(number_column("joules per step", "joules_per_step"));
  table.columns.push_back(number_column("watts per GPU", "watts_per_gpu"));
  for (const auto& use : uses) {
    std::vector<Cell> cells = key_cells(use.key);
    cells.emplace_back(use.joules_per_image);
    cells.emplace_back(use.joules_per_step);
    cells.emplace_back(use.watts_per_gpu);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace scalemark::report
