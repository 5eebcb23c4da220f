#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/quantity_text.h"
#include "report/charts/bar_charts.h"
#include "report/charts/case_series.h"

namespace scalemark::report {
namespace {

constexpr double kSameStep = 0.1;  // of the timed step: less is not worth a word

/// The step of the pass; where the timed step is another, both.
std::string total_of(const analysis::PhaseBreakdown& phases, const Report& report) {
  std::string pass = to_text(phases.step_seconds, Unit::kSeconds);
  const auto line = std::ranges::find(report.cases, phases.key.name, [](const auto& one) { return one.key.name; });
  const double timed = line == report.cases.end() ? results::kNotMeasured : line->row.step_mean_seconds;
  if (!std::isfinite(timed) || std::abs(phases.step_seconds - timed) <= kSameStep * timed) return pass;
  return fmt::format("{} in this pass, timed {}", pass, to_text(timed, Unit::kSeconds));
}

StackedBar bar_of(const analysis::PhaseBreakdown& phases, const std::vector<std::string>& names, const Report& report) {
  StackedBar bar{phases.key.name, total_of(phases, report), {}};
  const auto add = [&](const std::string& name, double seconds, const std::string& classes) {
    const double share = seconds / phases.step_seconds;
    bar.segments.push_back(
        {share, classes,
         fmt::format("{}: {} ({})", name, to_text(share, Unit::kFraction), to_text(seconds, Unit::kSeconds))});
  };
  for (std::size_t i = 0; i < phases.names.size(); ++i) {
    const auto colour = std::find(names.begin(), names.end(), phases.names[i]) - names.begin();
    add(phases.names[i], phases.seconds[i], fmt::format("fill c{}", colour % 8));
  }
  add("gap", phases.gap_seconds, "fill gap");
  return bar;
}

std::string csv_of(const std::vector<const analysis::PhaseBreakdown*>& all) {
  std::vector<FigureNumber> numbers;
  for (const auto* phases : all) {
    const auto add = [&](const std::string& name, double seconds) {
      numbers.push_back({phases->key.name, name, {seconds, results::kNotMeasured, results::kNotMeasured}});
    };
    for (std::size_t i = 0; i < phases->names.size(); ++i) add(phases->names[i], phases->seconds[i]);
    add("gap", phases->gap_seconds);
  }
  return figure_csv("phase", "seconds", numbers);
}

}  // namespace

std::vector<Figure> phase_figures(const Report& report) {
  const std::vector<std::string> names = phase_names(report.phases);
  std::map<std::int32_t, std::vector<const analysis::PhaseBreakdown*>> by_ranks;
  for (const auto& one : report.phases) by_ranks[one.key.ranks].push_back(&one);
  std::vector<LegendEntry> legend;
  for (std::size_t i = 0; i < names.size(); ++i) legend.push_back({names[i], fmt::format("c{}", i % 8), false});
  legend.push_back({"gap: covered by no phase", "gap", false});
  std::vector<Figure> figures;
  for (const auto& [ranks, phases] : by_ranks) {
    std::vector<StackedBar> bars;
    for (const auto* one : phases) bars.push_back(bar_of(*one, names, report));
    const std::string title = fmt::format("Phases of a step on {} rank{}", ranks, ranks == 1 ? "" : "s");
    figures.push_back({title,
                       draw_stacked_bars(bars, title,
                                         fmt::format("One bar per case, split by the phases' shares of the step, with "
                                                     "the step time of the pass; {} cases.",
                                                     bars.size())),
                       legend, csv_of(phases)});
  }
  return figures;
}

}  // namespace scalemark::report
