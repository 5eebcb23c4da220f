#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/quantity_text.h"
#include "report/charts/bar_charts.h"
#include "report/charts/scale.h"
#include "report/charts/svg.h"

namespace scalemark::report {
namespace {

constexpr double kStripsLeft = 62;
constexpr double kStripsRight = 72;
constexpr double kStripWidth = kChartWidth - kStripsLeft - kStripsRight;
constexpr double kStripHeight = 40;
constexpr double kStripsTop = 2;
constexpr double kPitch = 48;

/// Thin lines where one repetition ends and the next begins; none where they would fill the strip.
std::string borders_of(const analysis::RankSamples& rank, const Scale& x, double top) {
  constexpr std::int64_t kMostBorders = 150;
  std::string data;
  if (rank.repetitions > kMostBorders) return data;
  for (std::int64_t repetition = 1; repetition < rank.repetitions; ++repetition) {
    const double border = static_cast<double>(repetition * rank.steps) - 0.5;
    data += fmt::format("M{} {}v{}", coordinate(x.at(border)), coordinate(top), coordinate(kStripHeight));
  }
  return data;
}

Scale order_of(const analysis::RankSamples& rank) {
  const double last = static_cast<double>(rank.repetitions * rank.steps) - 0.5;
  return {Scale::Kind::kLinear, -0.5, last, kStripsLeft + 3, kChartWidth - kStripsRight - 3};
}

void draw_strip(Svg& svg, const analysis::RankSamples& rank, const Scale& time, double top) {
  const Scale x = order_of(rank);
  std::string dots;
  for (const auto& point : rank.points) {
    const double y = top + kStripHeight - 3 - time.at(point.value);
    dots += fmt::format("M{} {}h0", coordinate(x.at(static_cast<double>(point.index))), coordinate(y));
  }
  svg.path(dots, "dots");
  svg.text(0, top + kStripHeight / 2 + 4, fmt::format("rank {}", rank.rank), Anchor::kStart);
  svg.text(kChartWidth, top + kStripHeight / 2 + 4, to_text(rank.median_seconds, Unit::kSeconds), Anchor::kEnd);
}

/// One scale of time for all strips.
Scale time_of(const std::vector<analysis::RankSamples>& strips) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const auto& rank : strips) {
    for (const auto& point : rank.points) {
      low = std::min(low, point.value);
      high = std::max(high, point.value);
    }
  }
  const double span = high > low ? 0.0 : std::max(high * 0.01, 1e-12);
  return {Scale::Kind::kLinear, low - span, high + span, 0, kStripHeight - 6};
}

double top_of(std::size_t strip) { return kStripsTop + kPitch * static_cast<double>(strip); }

}  // namespace

std::string draw_strips(std::vector<analysis::RankSamples> ranks, const std::string& title,
                        const std::string& description) {
  std::erase_if(ranks, [](const auto& rank) { return rank.points.empty(); });
  if (ranks.empty()) return "";
  Svg svg(kChartWidth, kPitch * static_cast<double>(ranks.size()), title, description);
  std::string backgrounds;
  std::string borders;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    backgrounds += fmt::format("M{} {}h{}v{}h-{}z", coordinate(kStripsLeft), coordinate(top_of(i)),
                               coordinate(kStripWidth), coordinate(kStripHeight), coordinate(kStripWidth));
    borders += borders_of(ranks[i], order_of(ranks[i]), top_of(i));
  }
  svg.path(backgrounds, "strip");
  if (!borders.empty()) svg.path(borders, "grid");
  const Scale time = time_of(ranks);
  for (std::size_t i = 0; i < ranks.size(); ++i) draw_strip(svg, ranks[i], time, top_of(i));
  return svg.str();
}

}  // namespace scalemark::report
