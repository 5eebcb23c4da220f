#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/quantity_text.h"
#include "report/charts/case_series.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

std::string percent_text(double value) { return fmt::format("{:.0f} %", 100 * value); }

/// What a figure shows of its rows: efficiency on a linear axis, or speed-up on a logarithmic one.
struct Shown {
  analysis::ScalingKind kind;
  Interval analysis::ScalingRow::*value;
  const char* title;

  bool is_efficiency() const { return value == &analysis::ScalingRow::efficiency; }
};

std::string held_fixed(analysis::ScalingKind kind, const analysis::CaseKey& key) {
  return kind == analysis::ScalingKind::kFixedGlobalBatch
             ? fmt::format("global batch {}", key.global_batch)
             : fmt::format("batch {} per rank", analysis::batch_per_device(key));
}

/// Rows with a number, each with what tells it apart: those of one series hold the same fixed, over the same baseline.
std::vector<analysis::AxisMember> members_of(const Shown& shown, const std::vector<analysis::ScalingRow>& rows,
                                             const std::vector<analysis::CaseLine>& cases) {
  std::vector<analysis::AxisMember> members;
  for (std::size_t index = 0; index < rows.size(); ++index) {
    const auto& row = rows[index];
    if (row.baseline.empty() || !std::isfinite((row.*shown.value).estimate)) continue;
    const auto line = std::ranges::find(cases, row.key.name, [](const auto& one) { return one.key.name; });
    if (line == cases.end()) continue;
    members.push_back({index, static_cast<double>(analysis::scale_of(row.key)), line->traits});
    members.back().traits[analysis::kHeldTrait] = held_fixed(shown.kind, row.key);
  }
  return members;
}

std::vector<ChartSeries> series_of(const Shown& shown, const std::vector<analysis::ScalingRow>& rows,
                                   const std::vector<analysis::CaseLine>& cases) {
  std::vector<ChartSeries> all;
  for (const auto& one : analysis::series_along(analysis::kRanksKey, members_of(shown, rows, cases))) {
    ChartSeries series{one.name.empty() ? one.shared.at(analysis::kHeldTrait) : one.name, {}};
    for (std::size_t i = 0; i < one.members.size(); ++i)
      series.points.push_back({one.x[i], rows[one.members[i]].*shown.value});
    all.push_back(std::move(series));
  }
  return all;
}

/// Where every series has the same baseline ranks b, the ideal is n / b; with several baselines there is no one line.
std::vector<ChartPoint> ideal_of(const Shown& shown, const std::vector<analysis::ScalingRow>& rows,
                                 const std::vector<double>& ranks) {
  std::set<std::int32_t> baselines;
  for (const auto& row : rows) {
    if (!row.baseline.empty()) baselines.insert(row.baseline_ranks);
  }
  std::vector<ChartPoint> ideal;
  if (baselines.size() != 1) return ideal;
  for (const double n : ranks) {
    ideal.push_back({n, {shown.is_efficiency() ? 1.0 : n / *baselines.begin(), NAN, NAN}});
  }
  return ideal;
}

/// Says at the axis which epochs the speed-ups are of; a longer text would leave the figure.
std::string speedup_axis(const Shown& shown, const std::vector<analysis::ScalingRow>& rows) {
  const std::string epochs = shown.kind == analysis::ScalingKind::kFixedDataSet ? epochs_behind(rows) : std::string();
  if (epochs.empty()) return "speed-up";
  return epochs.find(" and ") == std::string::npos ? fmt::format("speed-up of {} epochs", epochs)
                                                   : "speed-up (some epochs estimated)";
}

std::vector<Figure> scaling_figures(const Shown& shown, const std::vector<analysis::ScalingRow>& rows,
                                    const Report& report) {
  LineChart chart;
  chart.title = shown.title;
  chart.series = series_of(shown, rows, report.cases);
  const std::vector<double> ranks = places_of(chart.series);
  chart.ideal = ideal_of(shown, rows, ranks);
  const TickText y_text =
      shown.is_efficiency() ? percent_text : TickText([](double y) { return fmt::format("{:.3g}", y); });
  chart.x = {"ranks", Scale::Kind::kLog, count_text, ranks};
  chart.y = shown.is_efficiency()
                ? ChartAxis{"efficiency", Scale::Kind::kLinear, y_text, {}, true}
                : ChartAxis{speedup_axis(shown, rows), Scale::Kind::kLog, y_text, powers_of_two(-4, 14)};
  chart.description =
      fmt::format("{} axes; the dashed line is ideal scaling, the bands are 95 % intervals.{}",
                  shown.is_efficiency() ? "Logarithmic horizontal axis, linear vertical" : "Logarithmic",
                  series_in_words(
                      chart.series, [](double x) { return x == 1 ? "1 rank" : fmt::format("{:g} ranks", x); }, y_text));
  const Unit unit = shown.is_efficiency() ? Unit::kFraction : Unit::kRatio;
  chart.value_text = [unit](const Interval& y) { return to_text(y, unit); };
  return figure_of(chart);
}

}  // namespace

std::vector<Figure> fixed_data_set_figures(const Report& report) {
  return scaling_figures({analysis::ScalingKind::kFixedDataSet, &analysis::ScalingRow::speedup,
                          "Speed-up of an epoch against ranks, fixed batch per rank"},
                         report.fixed_data_set, report);
}

std::vector<Figure> fixed_global_batch_figures(const Report& report) {
  return scaling_figures({analysis::ScalingKind::kFixedGlobalBatch, &analysis::ScalingRow::speedup,
                          "Speed-up of a step against ranks, fixed global batch"},
                         report.fixed_global_batch, report);
}

std::vector<Figure> fixed_global_batch_efficiency_figures(const Report& report) {
  return scaling_figures({analysis::ScalingKind::kFixedGlobalBatch, &analysis::ScalingRow::efficiency,
                          "Efficiency of a step against ranks, fixed global batch"},
                         report.fixed_global_batch, report);
}

std::vector<Figure> weak_scaling_figures(const Report& report) {
  return scaling_figures({analysis::ScalingKind::kFixedWorkPerRank, &analysis::ScalingRow::efficiency,
                          "Weak scaling efficiency against ranks"},
                         report.fixed_work, report);
}

}  // namespace scalemark::report
