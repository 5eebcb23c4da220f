#include "report/pages/extra_p.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
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

/// What tells a configuration apart: all but the parameters p and b, and the mode that follows from p.
analysis::Traits configuration_of(const analysis::CaseLine& line) {
  analysis::Traits traits = line.traits;
  for (const char* parameter : {analysis::kRanksKey, analysis::kBatchKey}) traits.erase(parameter);
  if (line.row.mode != "data_parallel") traits.erase("mode");
  return traits;
}

/// Extra-P takes lines of one call path, p and b for repetitions of one measurement. Where cases share all three after
/// all, the name of the case tells them apart.
void keep_points_apart(const std::vector<const analysis::CaseLine*>& cases, std::vector<std::string>& names) {
  std::map<std::tuple<std::string, std::int32_t, std::int64_t>, std::vector<std::size_t>> points;
  for (std::size_t i = 0; i < cases.size(); ++i)
    points[{names[i], analysis::scale_of(cases[i]->key), analysis::batch_per_device(cases[i]->key)}].push_back(i);
  for (const auto& [point, sharers] : points) {
    for (const std::size_t i : sharers) {
      if (sharers.size() > 1) names[i] += (names[i].empty() ? "" : ", ") + cases[i]->key.name;
    }
  }
}

/// By the name of the case, the name of its configuration: what it differs in from the others.
std::map<std::string, std::string> names_of_configurations(const std::vector<analysis::CaseLine>& cases) {
  std::vector<const analysis::CaseLine*> measured;
  std::vector<analysis::Traits> traits;
  for (const auto& line : cases) {
    if (line.row.status != results::CaseStatus::kOk) continue;
    measured.push_back(&line);
    traits.push_back(configuration_of(line));
  }
  auto names = analysis::names_of(traits);
  keep_points_apart(measured, names);
  std::map<std::string, std::string> by_case;
  for (std::size_t i = 0; i < measured.size(); ++i) by_case[measured[i]->key.name] = names[i];
  return by_case;
}

}  // namespace

std::string extra_p_lines(const analysis::Report& report) {
  std::string lines;
  auto names = names_of_configurations(report.cases);
  const auto root_of = [&names](const analysis::CaseKey& key) {
    const std::string& name = names[key.name];
    return name.empty() ? std::string("step") : name + "->step";
  };
  for (const auto& line : report.cases) {
    if (line.row.status == results::CaseStatus::kOk)
      lines += line_of(line.key, root_of(line.key), line.repetition_seconds);
  }
  for (const auto& phases : report.phases) {
    for (std::size_t i = 0; i < phases.names.size(); ++i)
      lines += line_of(phases.key, root_of(phases.key) + "->" + phases.names[i], {phases.seconds[i]});
  }
  return lines;
}

}  // namespace scalemark::report
