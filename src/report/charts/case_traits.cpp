#include "report/charts/case_traits.h"

#include <fmt/format.h>

#include <set>

namespace scalemark::report {
namespace {

std::vector<std::string> traits_of(const results::CaseRow& row) {
  return {row.model,
          row.dataset,
          row.precision,
          row.optimizer,
          row.checkpointing ? "checkpointing" : "no checkpointing",
          fmt::format("{} workers", row.loader_workers)};
}

}  // namespace

CaseTraits::CaseTraits(const std::vector<analysis::CaseLine>& cases) {
  std::vector<std::set<std::string>> seen;
  for (const auto& line : cases) {
    if (line.row.status != results::CaseStatus::kOk) continue;
    const auto traits = traits_of(line.row);
    seen.resize(traits.size());
    for (std::size_t i = 0; i < traits.size(); ++i) seen[i].insert(traits[i]);
  }
  for (const auto& values : seen) varies_.push_back(values.size() > 1);
}

std::vector<std::string> CaseTraits::differing(const results::CaseRow& row) const {
  std::vector<std::string> differing;
  const auto traits = traits_of(row);
  for (std::size_t i = 0; i < varies_.size(); ++i) {
    if (varies_[i]) differing.push_back(traits[i]);
  }
  return differing;
}

}  // namespace scalemark::report
