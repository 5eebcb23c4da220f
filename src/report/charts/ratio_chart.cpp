#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/quantity_text.h"
#include "report/charts/bar_charts.h"
#include "report/charts/scale.h"
#include "report/charts/svg.h"

namespace scalemark::report {
namespace {

constexpr double kRatioRowHeight = 36;
constexpr double kRatioLeft = 12;
constexpr double kRatioRight = kChartWidth - 12;
constexpr double kRatioBarTop = 18;
constexpr double kRatioBarHeight = 11;
constexpr double kRatioAxisHeight = 24;
constexpr double kMostFactor = 3.0;  // how far a whisker may widen the axis beyond the ratios

/// Holds 1 and every ratio, at least from 0.8 to 1.25, so that next to no change looks like it.
Scale scale_of_ratios(const std::vector<RatioBar>& bars) {
  double low = 0.8, high = 1.25;
  double least = 1.0, most = 1.0;
  for (const auto& bar : bars) {
    least = std::min(least, bar.ratio.estimate);
    most = std::max(most, bar.ratio.estimate);
  }
  for (const auto& bar : bars) {
    const bool known = std::isfinite(bar.ratio.low) && bar.ratio.low > 0.0 && std::isfinite(bar.ratio.high);
    low = std::min({low, least / 1.05, known ? std::max(bar.ratio.low, least / kMostFactor) : low});
    high = std::max({high, most * 1.05, known ? std::min(bar.ratio.high, most * kMostFactor) : high});
  }
  return {Scale::Kind::kLog, low, high, kRatioLeft, kRatioRight};
}

void draw_ratio(Svg& svg, const Scale& x, const RatioBar& bar, double top) {
  const std::string value = to_text(bar.ratio, Unit::kRatio);
  const double middle = top + kRatioBarTop + kRatioBarHeight / 2;
  const double left = x.at(std::min(bar.ratio.estimate, 1.0));
  const double right = x.at(std::max(bar.ratio.estimate, 1.0));
  const bool better = (bar.ratio.estimate > 1.0) == bar.more_is_better;
  svg.text(0, top + 13, shortened(bar.name, kChartWidth - text_width(value) - 12), Anchor::kStart);
  svg.text(kChartWidth, top + 13, value, Anchor::kEnd, "muted");
  svg.rectangle(left, top + kRatioBarTop, std::max(right - left, 1.0), kRatioBarHeight, better ? "gain" : "loss",
                fmt::format("{}: {}", bar.name, value));
  if (!std::isfinite(bar.ratio.low) || !std::isfinite(bar.ratio.high)) return;
  const auto place = [&x](double ratio) { return coordinate(x.at(std::clamp(ratio, x.low(), x.high()))); };
  svg.path(fmt::format("M{} {}H{}", place(bar.ratio.low), coordinate(middle), place(bar.ratio.high)), "whisker");
}

}  // namespace

std::string draw_ratios(const std::vector<RatioBar>& all, const std::string& title, const std::string& description) {
  std::vector<RatioBar> bars = all;
  std::erase_if(bars,
                [](const RatioBar& bar) { return !std::isfinite(bar.ratio.estimate) || bar.ratio.estimate <= 0; });
  if (bars.empty()) return "";
  const Scale x = scale_of_ratios(bars);
  const double bottom = kRatioRowHeight * static_cast<double>(bars.size()) + 2;
  Svg svg(kChartWidth, bottom + kRatioAxisHeight, title, description);
  double free_from = 0;
  for (const auto& tick : log_ticks(x.low(), x.high(), count_text)) {
    const double at = x.at(tick.value);
    svg.line(at, bottom, at, bottom + 5, "axis");
    const double half = text_width(tick.text) / 2;
    if (at - half < free_from || at + half > kChartWidth) continue;
    svg.text(at, bottom + 19, tick.text, Anchor::kMiddle, "tick-x");
    free_from = at + half + 6;
  }
  svg.line(kRatioLeft, bottom, kRatioRight, bottom, "axis");
  std::string reference;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double top = kRatioRowHeight * static_cast<double>(i);
    draw_ratio(svg, x, bars[i], top);
    reference += fmt::format("M{} {}v{}", coordinate(x.at(1.0)), coordinate(top + kRatioBarTop - 2),
                             coordinate(kRatioBarHeight + 4));
  }
  svg.path(reference, "axis", "1: no change");
  return svg.str();
}

}  // namespace scalemark::report
