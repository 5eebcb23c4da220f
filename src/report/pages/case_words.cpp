#include "report/pages/case_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/quantity_text.h"

namespace scalemark::report {

std::string scale_text(const analysis::CaseKey& key) { return scale_text(key, analysis::scale_of(key)); }

std::string scale_text(const analysis::CaseKey& key, std::int32_t count) {
  return counted(static_cast<std::size_t>(count), analysis::scale_unit(key));
}

std::string ranks_text(std::int32_t ranks) { return counted(static_cast<std::size_t>(ranks), "rank"); }

std::string cases_text(std::size_t cases) { return counted(cases, "case"); }

std::string first_names(std::vector<std::string> names, std::size_t most, const std::string& separator) {
  const std::size_t all = names.size();
  if (all <= most) return fmt::format("{}", fmt::join(names, separator));
  names.resize(most);
  return fmt::format("{} and {} more", fmt::join(names, separator), all - most);
}

std::string words_of(const analysis::Report& report, const std::string& name) {
  std::vector<analysis::Traits> all;
  const analysis::CaseLine* found = nullptr;
  std::size_t index = 0;
  for (const auto& line : report.cases) {
    if (line.row.status != results::CaseStatus::kOk || line.published) continue;
    if (line.key.name == name) {
      found = &line;
      index = all.size();
    }
    all.push_back(line.traits);
  }
  if (!found || !found->row.label.empty()) return name;
  const std::string words = analysis::names_of(all)[index];
  return words.empty() ? fmt::format("{}, batch {} per rank", ranks_text(found->key.ranks), found->key.batch_per_rank)
                       : words;
}

}  // namespace scalemark::report
