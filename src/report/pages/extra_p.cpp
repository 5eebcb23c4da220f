#include "report/pages/extra_p.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <vector>

#include "analysis/swept_series.h"
#include "core/text/shown_text.h"

namespace scalemark::report {
namespace {

std::string line_of(const analysis::CaseKey& key, const std::string& callpath, std::vector<double> seconds) {
  std::erase_if(seconds, [](double value) { return !std::isfinite(value); });
  if (seconds.empty()) return "";
  return fmt::format(R"({{"params":{{"p":{},"b":{}}},"callpath":{},"metric":"step_seconds","value":[{}]}})"
                     "\n",
                     analysis::scale_of(key), analysis::batch_per_device(key), json_text(callpath),
                     fmt::join(seconds, ","));
}

/// [case] What its configuration differs in from the others, apart from the parameters p and b.
std::vector<std::string> names_of_configurations(const std::vector<analysis::CaseLine>& cases) {
  std::vector<analysis::Traits> of_ok;
  for (const auto& line : cases) {
    if (line.row.status != results::CaseStatus::kOk) continue;
    of_ok.push_back(line.traits);
    for (const char* parameter : {analysis::kRanksKey, analysis::kBatchKey}) of_ok.back().erase(parameter);
    if (line.row.mode != "data_parallel") of_ok.back().erase("mode");
  }
  const auto names = analysis::names_of(of_ok);
  std::vector<std::string> all(cases.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (cases[i].row.status == results::CaseStatus::kOk) all[i] = names[next++];
  }
  return all;
}

}  // namespace

std::string extra_p_lines(const analysis::Report& report) {
  std::map<std::string, std::string> roots;
  std::string lines;
  const auto names = names_of_configurations(report.cases);
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const auto& line = report.cases[i];
    if (line.row.status != results::CaseStatus::kOk) continue;
    const std::string root = names[i].empty() ? "step" : names[i] + "->step";
    roots[line.key.name] = root;
    lines += line_of(line.key, root, line.repetition_seconds);
  }
  for (const auto& phases : report.phases) {
    for (std::size_t i = 0; i < phases.names.size(); ++i) {
      lines += line_of(phases.key, roots[phases.key.name] + "->" + phases.names[i], {phases.seconds[i]});
    }
  }
  return lines;
}

}  // namespace scalemark::report
