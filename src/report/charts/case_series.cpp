#include "report/charts/case_series.h"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <utility>

#include "report/tables/columns.h"
#include "report/tables/csv.h"

namespace scalemark::report {
namespace {

std::string csv_of(const LineChart& chart) {
  std::vector<FigureNumber> numbers;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) numbers.push_back({series.name, fmt::format("{}", point.x), point.y});
    for (const auto& line : series.thin) {
      for (const auto& point : line.points) numbers.push_back({line.name, fmt::format("{}", point.x), point.y});
    }
  }
  return figure_csv(chart.x.title, chart.y.title, numbers);
}

}  // namespace

std::vector<ChartSeries> chart_series(const std::vector<analysis::AxisSeries>& series,
                                      const std::vector<analysis::CaseLine>& cases, const CaseValue& value) {
  std::vector<ChartSeries> all;
  for (const auto& one : series) {
    ChartSeries drawn{one.name, {}};
    for (std::size_t i = 0; i < one.members.size(); ++i) {
      const Interval shown = value(cases[one.members[i]]);
      if (std::isfinite(shown.estimate)) drawn.points.push_back({one.x[i], shown});
    }
    if (drawn.points.size() > 1) all.push_back(std::move(drawn));
  }
  return all;
}

std::vector<double> places_of(const std::vector<ChartSeries>& series) {
  std::set<double> places;
  for (const auto& each : series) {
    for (const auto& point : each.points) places.insert(point.x);
  }
  return {places.begin(), places.end()};
}

void append(std::vector<Figure>& figures, std::vector<Figure> more) {
  for (auto& figure : more) figures.push_back(std::move(figure));
}

std::vector<Figure> figure_of(const LineChart& chart) {
  Figure figure{chart.title, draw(chart), {}, csv_of(chart)};
  if (figure.svg.empty()) return {};
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const ChartSeries& series = chart.series[i];
    if (!series.name.empty())
      figure.legend.push_back({series.name, series_classes(i) + (chart.marks && series.marked ? " marked" : "")});
  }
  if (!chart.ideal.empty()) figure.legend.push_back({chart.reference, "reference"});
  return {figure};
}

std::string series_in_words(const std::vector<ChartSeries>& series, const TickText& x_text, const TickText& y_text) {
  std::string words;
  for (const auto& each : series) {
    if (each.points.empty()) continue;
    const ChartPoint& first = each.points.front();
    const ChartPoint& last = each.points.back();
    words += fmt::format(" {}{}{} at {}", each.name, each.name.empty() ? "" : ": ", y_text(first.y.estimate),
                         x_text(first.x));
    if (each.points.size() > 1) words += fmt::format(" to {} at {}", y_text(last.y.estimate), x_text(last.x));
    words += ".";
  }
  return words;
}

std::string figure_csv(const std::string& at_name, const std::string& value_name,
                       const std::vector<FigureNumber>& numbers) {
  Columns<FigureNumber> columns;
  columns.text("", "series", &FigureNumber::series)
      .text("", at_name, &FigureNumber::at)
      .interval("", value_name, Unit::kNone, &FigureNumber::value);
  return csv_text(columns.table("", "", numbers));
}

}  // namespace scalemark::report
