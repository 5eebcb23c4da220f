#include "report/names.h"

#include <algorithm>

#include "analysis/report.h"
#include "report/charts/figures.h"
#include "report/sections.h"
#include "report/tables/tables.h"

namespace scalemark::report {

std::vector<std::string> table_names() {
  std::vector<std::string> names;
  for (const auto& section : sections_of({})) names.push_back(section.table.name);
  // These are in a report only where they hold something.
  for (const auto& section :
       {published_section({}), one_change_section({}), best_setting_section({}), worker_section({}), energy_section({}),
        largest_batch_section({}), time_to_accuracy_section({}), training_speedup_section({})})
    names.push_back(section.table.name);
  return names;
}

std::vector<std::string> drawn_table_names() {
  std::vector<std::string> names;
  for (const auto& drawn : kFigures) {
    if (std::ranges::find(names, drawn.table) == names.end()) names.emplace_back(drawn.table);
  }
  return names;
}

}  // namespace scalemark::report
