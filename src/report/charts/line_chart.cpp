#include "report/charts/line_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/charts/svg.h"

namespace scalemark::report {
namespace {

constexpr double kHeight = 280;
constexpr double kTitleWidth = 20;
constexpr double kRight = 14;
constexpr double kTop = 12;
constexpr double kBottom = 46;
constexpr double kLetterHeight = 14;

/// No measurement lies beyond; sums, differences and ratios of what lies within stay finite.
constexpr double kFurthest = 1e150;

/// Values that differ by less of their magnitude are drawn as equal: no label could tell them apart.
constexpr double kLeastSpan = 1e-9;

bool fits(double value, Scale::Kind kind) {
  return std::abs(value) <= kFurthest && (kind == Scale::Kind::kLinear || value >= 1.0 / kFurthest);
}

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void include(double value, Scale::Kind kind) {
    if (!fits(value, kind)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return !(low <= high); }
};

/// A little more than the values need, so that no mark lies on the frame; of a logarithmic axis a factor of 2 at least,
/// so that next to no difference looks like it.
Range widened(Range range, const ChartAxis& axis) {
  if (axis.kind == Scale::Kind::kLog) {
    const double ratio = range.high / range.low;
    const double margin = std::max(std::pow(ratio, 0.05), std::sqrt(2.0 / ratio));
    return {range.low / margin, range.high * margin};
  }
  if (axis.from_zero) range.low = std::min(range.low, 0.0);
  const double magnitude = std::max(std::abs(range.low), std::abs(range.high));
  const bool differ = range.high - range.low > kLeastSpan * magnitude;
  const double span = differ ? range.high - range.low : std::max(magnitude, kLeastSpan);
  return {axis.from_zero && range.low == 0.0 ? 0.0 : range.low - 0.05 * span, range.high + 0.06 * span};
}

bool drawable(const ChartPoint& point, const LineChart& chart) {
  return fits(point.x, chart.x.kind) && fits(point.y.estimate, chart.y.kind);
}

Range range_of_x(const LineChart& chart) {
  Range range;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      if (drawable(point, chart)) range.include(point.x, chart.x.kind);
    }
    for (const auto& line : series.thin) {
      for (const auto& point : line.points) range.include(point.x, chart.x.kind);
    }
  }
  return range;
}

/// Bounds may reach far beyond the estimates (two repetitions): the axis follows them by a factor of 2 at most.
Range range_of_y(const LineChart& chart) {
  Range estimates;
  for (const auto& point : chart.ideal) estimates.include(point.y.estimate, chart.y.kind);
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      if (drawable(point, chart)) estimates.include(point.y.estimate, chart.y.kind);
    }
    for (const auto& line : series.thin) {
      for (const auto& point : line.points) estimates.include(point.y.estimate, chart.y.kind);
    }
  }
  Range range = estimates;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      range.include(std::max(point.y.low, estimates.low / 2), chart.y.kind);
      range.include(std::min(point.y.high, estimates.high * 2), chart.y.kind);
    }
  }
  return range;
}

class Drawing {
 public:
  Drawing(const LineChart& chart, const Range& x, const Range& y)
      : chart_(chart),
        svg_(kChartWidth, kHeight, chart.title, chart.description),
        y_(chart.y.kind, y.low, y.high, kHeight - kBottom, kTop),
        left_(left_margin()),
        x_(chart.x.kind, x.low, x.high, left_, kChartWidth - kRight) {}

  std::string draw() {
    draw_x_axis();
    draw_y_axis();
    draw_ideal();
    for (std::size_t i = 0; i < chart_.series.size(); ++i) draw_band(chart_.series[i], series_classes(i));
    for (std::size_t i = 0; i < chart_.series.size(); ++i) draw_thin(chart_.series[i], series_classes(i));
    for (std::size_t i = 0; i < chart_.series.size(); ++i) draw_series(chart_.series[i], i);
    return svg_.str();
  }

 private:
  /// Room for the longest label beside the axis' title.
  double left_margin() const {
    double widest = 0.0;
    for (const auto& tick : ticks_of(chart_.y, y_)) widest = std::max(widest, text_width(tick.text));
    return kTitleWidth + widest + 8;
  }

  static std::vector<Tick> ticks_of(const ChartAxis& axis, const Scale& scale) {
    if (!axis.tick_values.empty()) {
      std::vector<double> values = axis.tick_values;
      std::erase_if(values, [&](double value) { return value < scale.low() || value > scale.high(); });
      if (values.size() < 2 && axis.kind == Scale::Kind::kLog) values = parts_of_two(scale.low(), scale.high());
      return ticks_at(values, axis.tick_text);
    }
    return axis.kind == Scale::Kind::kLog ? log_ticks(scale.low(), scale.high(), axis.tick_text)
                                          : linear_ticks(scale.low(), scale.high(), axis.tick_text);
  }

  /// Labels that would run into the one before, or out of the image, are left out.
  void draw_x_axis() {
    std::string grid;
    double free_from = left_ - 20;
    for (const auto& tick : ticks_of(chart_.x, x_)) {
      const double x = x_.at(tick.value);
      const double half = text_width(tick.text) / 2;
      grid += fmt::format("M{} {}V{}", coordinate(x), coordinate(kTop), coordinate(kHeight - kBottom));
      if (x - half < free_from || x + half > kChartWidth) continue;
      svg_.text(x, kHeight - kBottom + 17, tick.text, Anchor::kMiddle, "tick-x");
      free_from = x + half + 6;
    }
    if (!grid.empty()) svg_.path(grid, "grid");
    svg_.line(left_, kHeight - kBottom, kChartWidth - kRight, kHeight - kBottom, "axis");
    svg_.text((left_ + kChartWidth - kRight) / 2, kHeight - 8, chart_.x.title, Anchor::kMiddle);
  }

  void draw_y_axis() {
    std::string grid;
    double free_below = kHeight;
    for (const auto& tick : ticks_of(chart_.y, y_)) {
      const double y = y_.at(tick.value);
      grid += fmt::format("M{} {}H{}", coordinate(left_), coordinate(y), coordinate(kChartWidth - kRight));
      if (y + kLetterHeight / 2 > free_below) continue;
      svg_.text(left_ - 6, y + 4, tick.text, Anchor::kEnd, "tick-y");
      free_below = y - kLetterHeight / 2 - 2;
    }
    if (!grid.empty()) svg_.path(grid, "grid");
    svg_.upright_text(13, (kTop + kHeight - kBottom) / 2, chart_.y.title);
  }

  std::string polyline(const std::vector<ChartPoint>& points) const {
    std::string data;
    for (const auto& point : points) {
      if (!drawable(point, chart_)) continue;
      data += fmt::format("{}{} {}", data.empty() ? 'M' : 'L', coordinate(x_.at(point.x)),
                          coordinate(y_.at(point.y.estimate)));
    }
    return data;
  }

  void draw_ideal() {
    if (!chart_.ideal.empty()) svg_.path(polyline(chart_.ideal), "ideal", chart_.reference);
  }

  double bounded(double value) const { return y_.at(std::clamp(value, y_.low(), y_.high())); }

  void draw_band(const ChartSeries& series, const std::string& classes) {
    std::string upper;
    std::string lower;
    for (const auto& point : series.points) {
      if (!drawable(point, chart_)) continue;
      const bool known = std::isfinite(point.y.low) && std::isfinite(point.y.high);
      const double low = known ? point.y.low : point.y.estimate;
      const double high = known ? point.y.high : point.y.estimate;
      const std::string x = coordinate(x_.at(point.x));
      upper += fmt::format("{}{} {}", upper.empty() ? 'M' : 'L', x, coordinate(bounded(high)));
      lower.insert(0, fmt::format("L{} {}", x, coordinate(bounded(low))));
    }
    if (chart_.marks && !upper.empty()) svg_.path(upper + lower + "Z", "band " + classes);
  }

  void draw_thin(const ChartSeries& series, const std::string& classes) {
    for (const auto& line : series.thin) {
      const std::string data = polyline(line.points);
      if (!data.empty()) svg_.path(data, "seed " + classes, line.name);
    }
  }

  void draw_series(const ChartSeries& series, std::size_t index) {
    svg_.path(polyline(series.points), "series " + series_classes(index), series.name);
    if (!chart_.marks || !series.marked) return;
    for (const auto& point : series.points) {
      if (!drawable(point, chart_)) continue;
      svg_.mark(x_.at(point.x), y_.at(point.y.estimate), index, "mark " + series_classes(index),
                point_text(chart_, series, point));
    }
  }

  const LineChart& chart_;
  Svg svg_;
  Scale y_;
  double left_;
  Scale x_;
};

}  // namespace

std::string series_classes(std::size_t index) {
  constexpr std::size_t kColours = 8;
  constexpr std::size_t kDashes = 4;
  return fmt::format("c{} d{} m{}", index % kColours, index / kColours % kDashes, index % kMarkShapes);
}

std::string point_text(const LineChart& chart, const ChartSeries& series, const ChartPoint& point) {
  const std::string value = chart.value_text ? chart.value_text(point.y) : chart.y.tick_text(point.y.estimate);
  return fmt::format("{}{}{} at {}", series.name, series.name.empty() ? "" : ": ", value, chart.x.tick_text(point.x));
}

std::string draw(const LineChart& chart) {
  const Range x = range_of_x(chart);
  const Range y = range_of_y(chart);
  if (x.empty() || y.empty()) return "";
  return Drawing(chart, widened(x, chart.x), widened(y, chart.y)).draw();
}

}  // namespace scalemark::report
