#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/statistics.h"
#include "report/charts/scale.h"

namespace scalemark::report {

struct ChartPoint {
  double x = 0.0;
  Interval y{};  ///< bounds may be NaN: then no band
};

/// A line that stands behind its series: one of those that the series is the mean of.
struct ThinLine {
  std::string name;
  std::vector<ChartPoint> points;  ///< by x
};

struct ChartSeries {
  std::string name;
  std::vector<ChartPoint> points;  ///< by x
  bool marked = true;              ///< where the chart has marks; false: a line that others are held against
  std::vector<ThinLine> thin{};
};

struct ChartAxis {
  std::string title;
  Scale::Kind kind = Scale::Kind::kLinear;
  TickText tick_text;
  std::vector<double> tick_values;  ///< those in range are shown; empty: round values
  bool from_zero = false;           ///< a linear axis that begins at 0
};

using ValueText = std::function<std::string(const Interval&)>;

/// A line chart before any drawing.
struct LineChart {
  std::string title;
  std::string description;  ///< what the figure shows, in words
  ChartAxis x;
  ChartAxis y;
  std::vector<ChartSeries> series;
  std::vector<ChartPoint> ideal;    ///< a dashed reference line; may be empty
  bool marks = true;                ///< a mark at every point
  ValueText value_text{};           ///< of a point, for who points at it; else the axis' text
  std::string reference = "ideal";  ///< what the dashed line is
};

/// "2 ranks: 101 [96, 106] at 32".
std::string point_text(const LineChart& chart, const ChartSeries& series, const ChartPoint& point);

/// The series' style: one of 8 colours, one of 4 marks, and another dash pattern for every 8 further series.
std::string series_classes(std::size_t index);

/// The figure as SVG; empty where no series has a point.
std::string draw(const LineChart& chart);

}  // namespace scalemark::report
