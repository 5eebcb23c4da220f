#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/quantity_text.h"
#include "report/charts/bar_charts.h"
#include "report/charts/case_series.h"
#include "results/startup/startup_phases.h"

namespace scalemark::report {
namespace {

constexpr std::size_t kPartColours = 8;

std::vector<std::string> startup_names() {
  std::vector<std::string> names;
  names.reserve(results::kStartupPhases.size() + 1);
  for (const auto& phase : results::kStartupPhases) names.emplace_back(phase.name);
  names.emplace_back(results::kFirstCase.name);
  return names;
}

StackedBar startup_bar(const std::string& file, const std::vector<analysis::StartupLine>& lines,
                       const std::vector<std::string>& names) {
  double total = 0;
  for (const auto& line : lines) {
    if (line.file == file) total += line.seconds;
  }
  StackedBar bar{file, to_text(total, Unit::kSeconds), {}};
  for (const auto& line : lines) {
    if (line.file != file || total <= 0) continue;
    const auto colour = static_cast<std::size_t>(std::ranges::find(names, line.phase) - names.begin()) % kPartColours;
    bar.segments.push_back({line.seconds / total, fmt::format("fill c{}", colour),
                            fmt::format("{}: {}", line.phase, to_text(line.seconds, Unit::kSeconds))});
  }
  return bar;
}

}  // namespace

std::vector<Figure> startup_figures(const Report& report) {
  const auto& lines = report.startup;
  if (lines.empty()) return {};
  const std::vector<std::string> names = startup_names();
  std::vector<LegendEntry> legend;
  legend.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    legend.push_back({names[i], fmt::format("c{}", i % kPartColours), false});
  std::vector<StackedBar> bars;
  std::vector<FigureNumber> numbers;
  numbers.reserve(lines.size());
  for (const auto& line : lines) {
    if (bars.empty() || bars.back().name != line.file) bars.push_back(startup_bar(line.file, lines, names));
    numbers.push_back({line.file, line.phase, {line.seconds, results::kNotMeasured, results::kNotMeasured}});
  }
  const std::string title = "Start of the job";
  return {{title, draw_stacked_bars(bars, title, "One bar per file, split by what the parts of the job's start took."),
           legend, figure_csv("phase", "seconds", numbers)}};
}

}  // namespace scalemark::report
