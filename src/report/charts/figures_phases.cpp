#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/quantity_text.h"
#include "report/charts/bar_charts.h"
#include "report/charts/figures.h"

namespace scalemark::report {
namespace {

StackedBar bar_of(const analysis::PhaseBreakdown& phases, const std::vector<std::string>& names) {
  StackedBar bar{phases.key.name, to_text(phases.step_seconds, Unit::kSeconds), {}};
  for (std::size_t i = 0; i < phases.names.size(); ++i) {
    const auto colour = std::find(names.begin(), names.end(), phases.names[i]) - names.begin();
    bar.segments.push_back({phases.seconds[i] / phases.step_seconds, fmt::format("fill c{}", colour % 8)});
  }
  bar.segments.push_back({phases.gap_seconds / phases.step_seconds, "fill gap"});
  return bar;
}

}  // namespace

std::vector<Figure> phase_figures(const Report& report) {
  const std::vector<std::string> names = phase_names(report.phases);
  std::map<std::int32_t, std::vector<StackedBar>> by_ranks;
  for (const auto& one : report.phases) by_ranks[one.key.ranks].push_back(bar_of(one, names));
  std::vector<LegendEntry> legend;
  for (std::size_t i = 0; i < names.size(); ++i) legend.push_back({names[i], fmt::format("c{}", i % 8), false});
  legend.push_back({"gap: covered by no phase", "gap", false});
  std::vector<Figure> figures;
  for (const auto& [ranks, bars] : by_ranks) {
    const std::string title = fmt::format("Phases of a step on {} rank{}", ranks, ranks == 1 ? "" : "s");
    figures.push_back({title,
                       draw_stacked_bars(bars, title,
                                         fmt::format("One bar per case, split by the phases' shares of the step, with "
                                                     "the step time of the pass; {} cases.",
                                                     bars.size())),
                       legend});
  }
  return figures;
}

}  // namespace scalemark::report
