#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/quantity_text.h"
#include "report/charts/bar_charts.h"
#include "report/charts/case_series.h"

namespace scalemark::report {
namespace {

using analysis::OneChange;

constexpr std::size_t kMostBars = 18;
constexpr double kNamedMemoryChange = 0.02;

/// The key as the series of sweeps name it: `loader.workers` is recorded as it turned out.
std::string trait_of(const std::string& key) { return key == "loader.workers" ? analysis::kWorkersKey : key; }

/// A sweep over numbers is a line; what is left are changes.
std::vector<OneChange> shown_changes(const Report& report) {
  std::vector<OneChange> changes = report.one_changes;
  std::erase_if(changes, [&report](const OneChange& change) {
    return std::ranges::any_of(report.key_sweeps,
                               [&change](const auto& sweep) { return sweep.key == trait_of(change.key); });
  });
  return changes;
}

/// "fused auto → false: no-fused-32".
std::string name_of(const OneChange& change) {
  return fmt::format("{}: {} {} \u2192 {}", change.with.name, change.key.substr(change.key.rfind('.') + 1), change.from,
                     change.to);
}

using RatioOf = Interval (*)(const OneChange&);

Interval throughput_of(const OneChange& change) { return change.throughput_ratio; }

Interval memory_of(const OneChange& change) {
  return {change.peak_memory_ratio, results::kNotMeasured, results::kNotMeasured};
}

std::vector<Figure> figure_of(const std::vector<OneChange>& changes, const std::string& title, RatioOf ratio_of,
                              bool more_is_better) {
  std::vector<RatioBar> bars;
  std::vector<FigureNumber> numbers;
  std::string words = "One bar per change, from 1 (no change) to the ratio, with its 95 % interval.";
  for (const auto& change : changes) {
    const Interval ratio = ratio_of(change);
    if (!std::isfinite(ratio.estimate)) continue;
    bars.push_back({name_of(change), ratio, more_is_better});
    numbers.push_back({change.key, change.with.name, ratio});
    words += fmt::format(" {}: {}.", bars.back().name, to_text(ratio, Unit::kRatio));
  }
  Figure figure{title, draw_ratios(bars, title, words), {}, figure_csv("case", "ratio", numbers)};
  if (figure.svg.empty()) return {};
  return {figure};
}

/// All in one, or a figure per key where that would be too long.
std::vector<Figure> figures_by_key(const std::vector<OneChange>& changes, const std::string& title, RatioOf ratio_of,
                                   bool more_is_better) {
  if (changes.size() <= kMostBars) return figure_of(changes, title, ratio_of, more_is_better);
  std::vector<Figure> figures;
  for (auto begin = changes.begin(); begin != changes.end();) {
    const auto end = std::find_if(begin, changes.end(), [&](const auto& one) { return one.key != begin->key; });
    const std::vector<OneChange> of_key(begin, end);
    for (auto& figure : figure_of(of_key, title + ": " + begin->key, ratio_of, more_is_better))
      figures.push_back(std::move(figure));
    begin = end;
  }
  return figures;
}

}  // namespace

std::vector<Figure> change_figures(const Report& report) {
  const auto changes = shown_changes(report);
  auto figures = figures_by_key(changes, "Throughput after one change, over before", throughput_of, true);
  const bool memory_changes = std::ranges::any_of(
      changes, [](const auto& one) { return std::abs(one.peak_memory_ratio - 1.0) > kNamedMemoryChange; });
  if (!memory_changes) return figures;
  for (auto& figure : figures_by_key(changes, "Peak memory after one change, over before", memory_of, false))
    figures.push_back(std::move(figure));
  return figures;
}

}  // namespace scalemark::report
