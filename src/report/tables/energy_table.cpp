#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {

Section energy_section(const std::vector<analysis::EnergyUse>& uses) {
  using analysis::EnergyUse;
  auto columns = key_columns<EnergyUse>();
  columns.interval("per image", "joules_per_image", Unit::kJoules, &EnergyUse::joules_per_image)
      .remarked(&EnergyUse::withheld)
      .number("per step", "joules_per_step", Unit::kJoules, &EnergyUse::joules_per_step)
      .number("power per GPU", "watts_per_gpu", Unit::kWatts, &EnergyUse::watts_per_gpu)
      .remarks("remark", "remark", &EnergyUse::withheld);
  return {"Energy",
          "Energy of the GPUs in the full arm, warm-up included, from the driver's counters. The counters are updated "
          "ten times a second, so less than a second of steps gives no number.",
          columns.table("energy", "No GPU told its energy.", uses)};
}

}  // namespace scalemark::report
