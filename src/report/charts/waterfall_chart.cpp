#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/quantity_text.h"
#include "report/charts/bar_charts.h"
#include "report/charts/scale.h"
#include "report/charts/svg.h"

namespace scalemark::report {
namespace {

constexpr double kBarBegin = 112;
constexpr double kBarEnd = 296;
constexpr double kWaterfallRowHeight = 24;

std::string value_text(const WaterfallStep& step) {
  if (!step.unknown.empty()) return "not measured";
  if (step.is_total) return to_text(step.value, Unit::kRatio);
  // What a part takes away reads as a loss: the bounds change sides with the sign.
  return to_text(Interval{-step.value.estimate, -step.value.high, -step.value.low}, Unit::kRatio);
}

/// Where each bar begins and ends, in units of the value.
struct Bar {
  double from = 0.0;
  double to = 0.0;
};

std::vector<Bar> bars_of(const std::vector<WaterfallStep>& steps) {
  std::vector<Bar> bars;
  double level = 0.0;
  for (const auto& step : steps) {
    if (step.is_total) {
      level = step.value.estimate;
      bars.push_back({0.0, level});
    } else {
      const double taken = step.unknown.empty() ? step.value.estimate : 0.0;
      bars.push_back({level, level - taken});
      level -= taken;
    }
  }
  return bars;
}

std::string whisker(const Scale& x, const WaterfallStep& step, const Bar& bar, double middle) {
  if (!std::isfinite(step.value.low) || !std::isfinite(step.value.high) || !step.unknown.empty()) return "";
  const double sign = step.is_total ? 1.0 : -1.0;
  const double from = step.is_total ? 0.0 : bar.from;
  const auto place = [&](double value) { return x.at(std::clamp(from + sign * value, x.low(), x.high())); };
  return fmt::format("M{} {}H{}", coordinate(place(step.value.low)), coordinate(middle),
                     coordinate(place(step.value.high)));
}

/// From the lowest to the highest of all bars.
Scale scale_of(const std::vector<Bar>& bars) {
  double low = 0.0;
  double high = 0.0;
  for (const auto& bar : bars) {
    low = std::min({low, bar.from, bar.to});
    high = std::max({high, bar.from, bar.to});
  }
  return {Scale::Kind::kLinear, low, high, kBarBegin, kBarEnd};
}

void draw_row(Svg& svg, const Scale& x, const WaterfallStep& step, const Bar& bar, double middle) {
  const auto [left, right] = std::minmax(bar.from, bar.to);
  const char* part = bar.to > bar.from ? "gain" : "loss";
  svg.text(0, middle + 4, step.name, Anchor::kStart);
  svg.rectangle(x.at(left), middle - kBarHeight / 2, std::max(x.at(right) - x.at(left), 0.5), kBarHeight,
                step.is_total ? "total" : part,
                step.unknown.empty() ? fmt::format("{}: {}", step.name, value_text(step)) : step.unknown);
  svg.text(kChartWidth, middle + 4, value_text(step), Anchor::kEnd, step.unknown.empty() ? "" : "muted");
}

}  // namespace

std::string draw_waterfall(const std::vector<WaterfallStep>& steps, const std::string& title,
                           const std::string& description) {
  const std::vector<Bar> bars = bars_of(steps);
  const Scale x = scale_of(bars);
  if (!(x.high() > x.low())) return "";
  Svg svg(kChartWidth, kWaterfallRowHeight * static_cast<double>(steps.size()) + 4, title, description);
  std::string whiskers;
  std::string connectors;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double middle = kWaterfallRowHeight * (static_cast<double>(i) + 0.5) + 2;
    draw_row(svg, x, steps[i], bars[i], middle);
    whiskers += whisker(x, steps[i], bars[i], middle);
    if (i + 1 < steps.size()) {
      connectors += fmt::format("M{} {}v{}", coordinate(x.at(bars[i].to)), coordinate(middle + kBarHeight / 2),
                                coordinate(kWaterfallRowHeight - kBarHeight));
    }
  }
  svg.path(connectors, "connector");
  if (!whiskers.empty()) svg.path(whiskers, "whisker");
  return svg.str();
}

}  // namespace scalemark::report
