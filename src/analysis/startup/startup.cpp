#include "analysis/startup/startup.h"

#include <cmath>
#include <limits>

#include "analysis/case_set.h"
#include "results/startup/startup_phases.h"

namespace scalemark::analysis {
namespace {

/// The case that was measured before all others; nullptr where none was.
const results::CaseRecord* first_case(const results::ResultFile& file) {
  const results::CaseRecord* first = nullptr;
  std::int64_t first_visit = std::numeric_limits<std::int64_t>::max();
  for (const auto& record : file.cases) {
    if (record.visits.empty() || record.visits.front() == results::kNoVisit || record.visits.front() >= first_visit)
      continue;
    first = &record;
    first_visit = record.visits.front();
  }
  return first;
}

void add_lines(const std::string& name, const results::ResultFile& file, std::vector<StartupLine>& lines) {
  const auto& startup = file.provenance.startup_seconds;
  for (const auto& phase : results::kStartupPhases) {
    const auto found = startup.find(std::string(phase.name) + "_seconds");
    if (found != startup.end()) lines.push_back({name, phase.name, found->second, phase.what});
  }
  const auto* first = first_case(file);
  if (startup.empty() || first == nullptr || std::isnan(first->execution.set_up_seconds)) return;
  lines.push_back({name, results::kFirstCase.name, first->execution.set_up_seconds,
                   first->row.case_id + ": " + results::kFirstCase.what});
}

}  // namespace

std::vector<StartupLine> startup_lines(const std::vector<results::ResultFile>& files) {
  std::vector<StartupLine> lines;
  for (std::size_t index = 0; index < files.size(); ++index) add_lines(file_name(index), files[index], lines);
  return lines;
}

}  // namespace scalemark::analysis
