#include "report/charts/case_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/charts/case_traits.h"

namespace scalemark::report {
namespace {

std::string ranks_text(std::int32_t ranks) { return ranks == 1 ? "1 rank" : fmt::format("{} ranks", ranks); }

}  // namespace

std::vector<ChartSeries> series_by_ranks(const std::vector<analysis::CaseLine>& cases, const CaseValue& value) {
  const CaseTraits traits(cases);
  std::map<std::pair<std::int32_t, std::vector<std::string>>, ChartSeries> by_name;
  for (const auto& line : cases) {
    const Interval shown = value(line);
    if (line.row.status != results::CaseStatus::kOk || !std::isfinite(shown.estimate)) continue;
    std::vector<std::string> names{ranks_text(line.key.ranks)};
    for (auto& trait : traits.differing(line.row)) names.push_back(std::move(trait));
    ChartSeries& series = by_name[{line.key.ranks, names}];
    series.name = fmt::format("{}", fmt::join(names, ", "));
    series.points.push_back({static_cast<double>(line.key.batch_per_rank), shown});
  }
  std::vector<ChartSeries> all;
  for (auto& [key, series] : by_name) {
    std::stable_sort(series.points.begin(), series.points.end(), [](auto& a, auto& b) { return a.x < b.x; });
    all.push_back(std::move(series));
  }
  return all;
}

std::vector<Figure> figure_of(const LineChart& chart) {
  Figure figure{chart.title, draw(chart), {}};
  if (figure.svg.empty()) return {};
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    figure.legend.push_back({chart.series[i].name, series_classes(i)});
  }
  if (!chart.ideal.empty()) figure.legend.push_back({"ideal", "reference"});
  return {figure};
}

std::string series_in_words(const std::vector<ChartSeries>& series, const TickText& x_text, const TickText& y_text) {
  std::string words;
  for (const auto& each : series) {
    if (each.points.empty()) continue;
    const ChartPoint& first = each.points.front();
    const ChartPoint& last = each.points.back();
    words += fmt::format(" {}: {} at {}", each.name, y_text(first.y.estimate), x_text(first.x));
    if (each.points.size() > 1) words += fmt::format(" to {} at {}", y_text(last.y.estimate), x_text(last.x));
    words += ".";
  }
  return words;
}

}  // namespace scalemark::report
