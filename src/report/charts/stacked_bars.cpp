#include <fmt/format.h>

#include <algorithm>

#include "report/charts/bar_charts.h"
#include "report/charts/svg.h"

namespace scalemark::report {
namespace {

constexpr double kMargin = 4;
constexpr double kBarWidth = kChartWidth - 2 * kMargin;
constexpr double kStackedRowHeight = 36;
constexpr double kAxisHeight = 26;

void draw_bar(Svg& svg, const StackedBar& bar, double y) {
  const double total_width = text_width(bar.total);
  svg.text(kMargin, y + 12, shortened(bar.name, kBarWidth - total_width - 16), Anchor::kStart);
  svg.text(kChartWidth - kMargin, y + 12, bar.total, Anchor::kEnd, "muted");
  double sum = 0.0;
  for (const auto& segment : bar.segments) sum += std::max(segment.share, 0.0);
  double x = kMargin;
  for (const auto& segment : bar.segments) {
    const double width = sum > 0.0 ? std::max(segment.share, 0.0) / sum * kBarWidth : 0.0;
    if (width >= 0.05) svg.rectangle(x, y + 17, width, kBarHeight, segment.classes, segment.title);
    x += width;
  }
}

}  // namespace

std::string draw_stacked_bars(const std::vector<StackedBar>& bars, const std::string& title,
                              const std::string& description) {
  if (bars.empty()) return "";
  const double bottom = kStackedRowHeight * static_cast<double>(bars.size());
  Svg svg(kChartWidth, bottom + kAxisHeight, title, description);
  for (const int percent : {0, 25, 50, 75, 100}) {
    const double x = kMargin + kBarWidth * percent / 100.0;
    const Anchor anchor = percent == 0 ? Anchor::kStart : percent == 100 ? Anchor::kEnd : Anchor::kMiddle;
    svg.line(x, bottom, x, bottom + 5, "axis");
    svg.text(x, bottom + 19, fmt::format("{} %", percent), anchor, "tick-x muted");
  }
  svg.line(kMargin, bottom, kMargin + kBarWidth, bottom, "axis");
  for (std::size_t i = 0; i < bars.size(); ++i) draw_bar(svg, bars[i], kStackedRowHeight * static_cast<double>(i));
  return svg.str();
}

}  // namespace scalemark::report
