#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/charts/figures.h"
#include "report/charts/line_chart.h"

namespace scalemark::report {

/// What a figure reads from a case: NaN where it has nothing to show.
using CaseValue = std::function<Interval(const analysis::CaseLine&)>;

/// Ok cases as one series per number of ranks against the batch per rank. Where cases differ in more (model,
/// precision, ...), each combination is a series, named by what differs.
std::vector<ChartSeries> series_by_ranks(const std::vector<analysis::CaseLine>& cases, const CaseValue& value);

/// Draws the chart and adds a legend of its series; without series no figure.
std::vector<Figure> figure_of(const LineChart& chart);

/// "name: 1.0 at 1 to 3.1 at 4" per series: what the text alternative of a line chart says.
std::string series_in_words(const std::vector<ChartSeries>& series, const TickText& x_text, const TickText& y_text);

}  // namespace scalemark::report
