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
          "What the GPUs used in the full arm, warm-up included, by the driver's counters. These are brought up to "
          "date ten times a second, so that no number is given for less than a second of steps.",
          columns.table("energy", "No GPU told its energy.", uses)};
}

}  // namespace scalemark::report
