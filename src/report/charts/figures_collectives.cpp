#include <algorithm>
#include <cmath>
#include <map>

#include "core/quantity_text.h"
#include "report/charts/case_series.h"

namespace scalemark::report {
namespace {

/// Powers of two over the sizes, few enough for their labels.
std::vector<double> size_ticks(const std::vector<double>& sizes) {
  constexpr int kMostLabels = 8;
  const int first = static_cast<int>(std::floor(std::log2(sizes.front())));
  const int last = static_cast<int>(std::ceil(std::log2(sizes.back())));
  const int step = std::max(1, (last - first + kMostLabels - 1) / kMostLabels);
  std::vector<double> ticks;
  for (int power = first; power <= last; power += step) ticks.push_back(std::ldexp(1.0, power));
  return ticks;
}

/// A line per operation and file, over the sizes; of calls with two buffers.
std::vector<ChartSeries> collective_series(const std::vector<analysis::CollectiveLine>& lines) {
  std::vector<ChartSeries> all;
  std::map<std::string, std::size_t> place;
  for (const auto& line : lines) {
    // A logarithmic axis has no room for 0, which is the bus bandwidth of one rank.
    if (line.in_place || line.bytes <= 0 || !std::isfinite(line.bus_bandwidth) || line.bus_bandwidth <= 0.0) continue;
    const auto [found, inserted] = place.try_emplace(line.name, all.size());
    if (inserted) all.push_back({line.name, {}});
    all[found->second].points.push_back(
        {static_cast<double>(line.bytes), {line.bus_bandwidth, results::kNotMeasured, results::kNotMeasured}});
  }
  for (auto& series : all) std::ranges::sort(series.points, {}, &ChartPoint::x);
  return all;
}

}  // namespace

std::vector<Figure> collective_figures(const Report& report) {
  LineChart chart;
  chart.title = "Bus bandwidth of the collectives against their size";
  chart.series = collective_series(report.collectives);
  const std::vector<double> sizes = places_of(chart.series);
  if (sizes.empty()) return {};
  const TickText size_text = [](double bytes) { return tick_text(bytes, Unit::kBytes); };
  const TickText rate_text = [](double rate) { return tick_text(rate, Unit::kBytesPerSecond); };
  chart.x = {"size (bytes)", Scale::Kind::kLog, size_text, size_ticks(sizes)};
  chart.y = {"bus bandwidth", Scale::Kind::kLog, rate_text, {}};
  chart.value_text = [](const Interval& rate) { return to_text(rate, Unit::kBytesPerSecond); };
  chart.description = "Logarithmic axes; a line per operation and file, with two buffers." +
                      series_in_words(chart.series, size_text, rate_text);
  return figure_of(chart);
}

}  // namespace scalemark::report
