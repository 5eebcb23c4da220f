#include "sweep/precision_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sweep/repetition_plan.h"
#include "sweep/resume_plan.h"

namespace scalemark::sweep {
namespace {

using config::CaseConfig;
using results::CaseRecord;

}  // namespace

std::string precision_remark(const CaseRecord& record, const std::vector<CaseConfig>& cases,
                             const std::vector<CaseRecord>& records) {
  const auto config = std::ranges::find(cases, record.row.case_id, &CaseConfig::id);
  if (config == cases.end() || !config->measure.repetitions_auto) return {};
  const double reached = precision_reached(static_cast<std::size_t>(config - cases.begin()), cases, records);
  if (!std::isfinite(reached)) return {};
  return fmt::format("; known to {:.2g} %, {:.2g} % asked", 100 * reached, config->measure.precision_percent);
}

std::string precision_summary(const std::vector<CaseConfig>& cases, const std::vector<CaseRecord>& records) {
  std::size_t asked = 0;
  std::size_t reached = 0;
  std::string missing;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const CaseRecord* record = find_record(cases[i].id, records);
    if (!cases[i].measure.repetitions_auto || record == nullptr) continue;
    const double half_width = precision_reached(i, cases, records);
    if (!std::isfinite(half_width)) continue;
    ++asked;
    const double wanted = cases[i].measure.precision_percent / 100;
    reached += half_width <= wanted ? 1 : 0;
    if (half_width <= wanted) continue;
    const auto repetitions = static_cast<double>(complete_repetitions(*record));
    missing += fmt::format("; {} is known to {:.2g} %, and would need about {:.0f} repetitions", cases[i].id,
                           100 * half_width, std::ceil(repetitions * std::pow(half_width / wanted, 2)));
  }
  return asked == 0 ? "" : fmt::format("precision reached by {} of {} cases{}", reached, asked, missing);
}

bool all_have_intervals(const std::vector<CaseConfig>& cases, const std::vector<CaseRecord>& records) {
  constexpr std::size_t kFewest = 2;
  return std::ranges::all_of(cases, [&](const CaseConfig& config) {
    const CaseRecord* record = find_record(config.id, records);
    if (!config.measure.repetitions_auto || record == nullptr || in_flight(*record)) return false;
    return record->row.status != results::CaseStatus::kOk || complete_repetitions(*record) >= kFewest;
  });
}

}  // namespace scalemark::sweep
