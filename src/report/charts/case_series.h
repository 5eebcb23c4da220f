#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/charts/figures.h"
#include "report/charts/line_chart.h"

namespace scalemark::report {

/// What a figure reads from a case: NaN where it has nothing to show.
using CaseValue = std::function<Interval(const analysis::CaseLine&)>;

/// The report's series as a chart draws them, without the points that have no value; those of fewer than two are left
/// out, since a line joins at least two.
std::vector<ChartSeries> chart_series(const std::vector<analysis::AxisSeries>& series,
                                      const std::vector<analysis::CaseLine>& cases, const CaseValue& value);

/// The values at which the series have points: what stands at the axis.
std::vector<double> places_of(const std::vector<ChartSeries>& series);

void append(std::vector<Figure>& figures, std::vector<Figure> more);

/// Draws the chart and adds a legend of its series and its numbers; without series no figure.
std::vector<Figure> figure_of(const LineChart& chart);

/// "name: 1.0 at 1 to 3.1 at 4" per series: what the text alternative of a line chart says.
std::string series_in_words(const std::vector<ChartSeries>& series, const TickText& x_text, const TickText& y_text);

/// One number of a figure for its CSV file.
struct FigureNumber {
  std::string series;
  std::string at;
  Interval value{};
};

/// Columns `series`, `at` (as the axis is called), `value_name`, low, high.
std::string figure_csv(const std::string& at_name, const std::string& value_name,
                       const std::vector<FigureNumber>& numbers);

}  // namespace scalemark::report
