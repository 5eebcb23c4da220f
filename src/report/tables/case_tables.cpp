#include <map>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
std::map<std::string, std::string> flag_kinds(const analysis::Report& report) {
  std::map<std::string, std::string> kinds;
  for (const auto& flag : report.flags) {
    std::string& text = kinds[flag.key.name];
    text += (text.empty() ? "" : ", ") + flag.kind;
  }
  return kinds;
}

Section memory_section(const std::vector<analysis::MemoryUse>& memory) {
  using analysis::MemoryUse;
  auto columns = key_columns<MemoryUse>();
  columns.number("highest peak", "highest_peak_memory_bytes", Unit::kBytes, &MemoryUse::highest_bytes)
      .count("on rank", "highest_peak_rank", &MemoryUse::highest_rank)
      .number("lowest peak", "lowest_peak_memory_bytes", Unit::kBytes, &MemoryUse::lowest_bytes);
  return {"Memory per rank",
          "Peak memory of the ranks with the highest and the lowest peak; ranks.csv holds every rank.",
          columns.table("memory", "No peak memory was measured.", memory)};
}

Section validity_section(const std::vector<analysis::ValidityFlag>& flags) {
  using analysis::ValidityFlag;
  auto columns = key_columns<ValidityFlag>();
  columns.text("flag", "flag", &ValidityFlag::kind).text("finding", "finding", &ValidityFlag::text);
  return {"Validity", analysis::stability_criteria(), columns.table("validity", "No case is flagged.", flags)};
}

}  // namespace scalemark::report
