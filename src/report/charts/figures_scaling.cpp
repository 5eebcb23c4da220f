#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "report/charts/case_series.h"

namespace scalemark::report {
namespace {

std::string percent_text(double value) { return fmt::format("{:.0f} %", 100 * value); }

/// What a figure shows of its rows: efficiency on a linear axis, or speed-up on a logarithmic one.
struct Shown {
  analysis::ScalingKind kind;
  bool is_efficiency;
  const char* title;
};

std::string held_fixed(analysis::ScalingKind kind, const analysis::CaseKey& key) {
  return kind == analysis::ScalingKind::kFixedGlobalBatch ? fmt::format("global batch {}", key.global_batch)
                                                          : fmt::format("batch {} per rank", key.batch_per_rank);
}

/// Series of the same name are told apart by their baseline.
void make_names_unique(std::vector<ChartSeries>& series, const std::vector<std::string>& baselines) {
  std::map<std::string, int> count;
  for (const auto& each : series) ++count[each.name];
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (count[series[i].name] > 1) series[i].name += fmt::format(" ({})", baselines[i]);
  }
}

std::vector<ChartSeries> series_of(const Shown& shown, const std::vector<analysis::ScalingRow>& rows) {
  std::vector<ChartSeries> series;
  std::vector<std::string> baselines;
  for (const auto& row : rows) {
    const Interval value = shown.is_efficiency ? row.efficiency : row.speedup;
    if (!std::isfinite(value.estimate) || row.baseline.empty()) continue;
    const auto found = std::find(baselines.begin(), baselines.end(), row.baseline);
    const auto index = static_cast<std::size_t>(found - baselines.begin());
    if (found == baselines.end()) {
      baselines.push_back(row.baseline);
      series.push_back({held_fixed(shown.kind, row.key), {}});
    }
    series[index].points.push_back({static_cast<double>(row.key.ranks), value});
  }
  make_names_unique(series, baselines);
  std::erase_if(series, [](const ChartSeries& each) { return each.points.size() < 2; });
  return series;
}

/// Where every series has the same baseline ranks b, the ideal is n / b; with several baselines there is no one line.
std::vector<ChartPoint> ideal_of(const Shown& shown, const std::vector<analysis::ScalingRow>& rows,
                                 const std::set<double>& ranks) {
  std::set<std::int32_t> baselines;
  for (const auto& row : rows) {
    if (!row.baseline.empty()) baselines.insert(row.baseline_ranks);
  }
  std::vector<ChartPoint> ideal;
  if (baselines.size() != 1) return ideal;
  for (const double n : ranks) {
    ideal.push_back({n, {shown.is_efficiency ? 1.0 : n / *baselines.begin(), NAN, NAN}});
  }
  return ideal;
}

std::vector<Figure> scaling_figures(const Shown& shown, const std::vector<analysis::ScalingRow>& rows) {
  LineChart chart;
  chart.title = shown.title;
  chart.series = series_of(shown, rows);
  std::set<double> ranks;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) ranks.insert(point.x);
  }
  chart.ideal = ideal_of(shown, rows, ranks);
  const TickText y_text =
      shown.is_efficiency ? percent_text : TickText([](double y) { return fmt::format("{:.3g}", y); });
  chart.x = {"ranks", Scale::Kind::kLog, count_text, {ranks.begin(), ranks.end()}};
  chart.y = shown.is_efficiency ? ChartAxis{"efficiency", Scale::Kind::kLinear, y_text, {}, true}
                                : ChartAxis{"speed-up", Scale::Kind::kLog, y_text, powers_of_two(-4, 14)};
  chart.description = fmt::format("{} axes; the dashed line is ideal scaling, the bands are 95 % intervals.{}",
                                  shown.is_efficiency ? "Logarithmic horizontal axis, linear vertical" : "Logarithmic",
                                  series_in_words(
                                      chart.series, [](double x) { return fmt::format("{:g} rank(s)", x); }, y_text));
  return figure_of(chart);
}

}  // namespace

std::vector<Figure> fixed_data_set_figures(const Report& report) {
  return scaling_figures(
      {analysis::ScalingKind::kFixedDataSet, false, "Speed-up of an epoch against ranks, fixed batch per rank"},
      report.fixed_data_set);
}

std::vector<Figure> fixed_global_batch_figures(const Report& report) {
  return scaling_figures(
      {analysis::ScalingKind::kFixedGlobalBatch, false, "Speed-up of a step against ranks, fixed global batch"},
      report.fixed_global_batch);
}

std::vector<Figure> fixed_global_batch_efficiency_figures(const Report& report) {
  return scaling_figures(
      {analysis::ScalingKind::kFixedGlobalBatch, true, "Efficiency of a step against ranks, fixed global batch"},
      report.fixed_global_batch);
}

std::vector<Figure> weak_scaling_figures(const Report& report) {
  return scaling_figures({analysis::ScalingKind::kFixedWorkPerRank, true, "Weak scaling efficiency against ranks"},
                         report.fixed_work);
}

}  // namespace scalemark::report
