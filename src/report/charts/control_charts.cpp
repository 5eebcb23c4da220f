#include "report/charts/control_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/utf8.h"
#include "report/charts/case_series.h"

namespace scalemark::report {
namespace {

using analysis::CaseHistory;

constexpr std::size_t kDateLetters = 10;  // "2026-05-01"

double place_of(std::size_t run) { return static_cast<double>(run + 1); }

/// "run 12 (2026-05-01)"; between two runs nothing.
std::string run_text(const std::vector<analysis::Run>& runs, double place) {
  const double nearest = std::round(place);
  if (nearest != place || nearest < 1.0 || nearest > static_cast<double>(runs.size())) return "";
  const auto index = static_cast<std::size_t>(nearest) - 1;
  return fmt::format("{:.0f} ({})", nearest, first_characters(runs[index].created, kDateLetters));
}

std::vector<double> places_to_label(std::size_t runs) {
  constexpr std::size_t kMostLabels = 4;
  const std::size_t labels = std::min(kMostLabels, runs);
  std::vector<double> places;
  for (std::size_t i = 0; i < labels; ++i) places.push_back(place_of(labels < 2 ? 0 : i * (runs - 1) / (labels - 1)));
  return places;
}

ChartSeries series_of_runs(const CaseHistory& one) {
  ChartSeries series{"mean step of a run", {}};
  for (const auto& step : one.steps) series.points.push_back({place_of(step.run), step.seconds});
  return series;
}

ChartSeries series_of_levels(const CaseHistory& one) {
  ChartSeries series{"level and limits", {}, false};
  for (const auto& level : one.levels) {
    for (std::size_t at = level.first; at <= level.last; ++at)
      series.points.push_back({place_of(one.steps[at].run), level.seconds});
  }
  return series;
}

std::vector<Figure> chart_of_case(const analysis::History& history, const CaseHistory& one) {
  const TickText run = [&history](double place) { return run_text(history.runs, place); };
  const TickText seconds = [](double value) { return tick_text(value, Unit::kSeconds); };
  LineChart chart{one.key.name + ": mean step, run by run",
                  "",
                  {"run", Scale::Kind::kLinear, run, places_to_label(history.runs.size())},
                  {"step time", Scale::Kind::kLinear, seconds, {}},
                  {series_of_runs(one), series_of_levels(one)},
                  {}};
  chart.value_text = [](const Interval& value) { return to_text(value, Unit::kSeconds); };
  chart.description = fmt::format("{} runs and {} shift(s).{}", one.steps.size(), one.shifts.size(),
                                  series_in_words(chart.series, run, seconds));
  return figure_of(chart);
}

}  // namespace

std::vector<Figure> control_charts(const analysis::History& history) {
  std::vector<const CaseHistory*> cases;
  for (const CaseHistory& one : history.cases) cases.push_back(&one);
  std::ranges::stable_sort(cases, [](const auto* a, const auto* b) { return !a->shifts.empty() && b->shifts.empty(); });
  std::vector<Figure> figures;
  for (const CaseHistory* one : cases) append(figures, chart_of_case(history, *one));
  return figures;
}

}  // namespace scalemark::report
