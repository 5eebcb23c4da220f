#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/quantity_text.h"
#include "report/charts/case_series.h"
#include "report/tables/target_text.h"

namespace scalemark::report {
namespace {

using analysis::AccuracyCurve;
using analysis::TimeToAccuracy;
using Progress = std::vector<double> AccuracyCurve::*;  ///< seconds or epochs of a curve's evaluations
using Panel = std::vector<const TimeToAccuracy*>;

constexpr std::size_t kMostCases = 8;   // colours
constexpr std::size_t kMostBands = 3;   // more of them hide each other
constexpr std::size_t kMostMarks = 30;  // more of them hide the lines

ChartPoint point_at(double x, double y) { return {x, {y, NAN, NAN}}; }

double mean_over(const std::vector<AccuracyCurve>& curves, Progress values, std::size_t at) {
  double sum = 0.0;
  for (const auto& curve : curves) sum += (curve.*values)[std::min(at, (curve.*values).size() - 1)];
  return sum / static_cast<double>(curves.size());
}

/// Mean over seeds while all of them train, then the mean of their last evaluations.
std::vector<ChartPoint> mean_line(const std::vector<AccuracyCurve>& curves, Progress along) {
  std::size_t together = curves.front().test_accuracy.size();
  std::size_t last = 0;
  for (const auto& curve : curves) {
    together = std::min(together, curve.test_accuracy.size());
    last = std::max(last, curve.test_accuracy.size());
  }
  std::vector<ChartPoint> points;
  points.reserve(together + 1);
  const auto add = [&](std::size_t at) {
    points.push_back(point_at(mean_over(curves, along, at), mean_over(curves, &AccuracyCurve::test_accuracy, at)));
  };
  for (std::size_t at = 0; at < together; ++at) add(at);
  if (last > together) add(last - 1);
  return points;
}

ChartSeries series_of_case(const TimeToAccuracy& one, const std::string& name, Progress along) {
  std::vector<AccuracyCurve> curves = one.curves;
  std::erase_if(curves, [](const AccuracyCurve& curve) { return curve.test_accuracy.empty(); });
  ChartSeries series{name, {}};
  if (curves.empty()) return series;
  series.points = mean_line(curves, along);
  if (curves.size() == 1) return series;
  for (const auto& curve : curves) {
    ThinLine line{fmt::format("{}, seed {}", name, curve.seed), {}};
    for (std::size_t at = 0; at < curve.test_accuracy.size(); ++at)
      line.points.push_back(point_at((curve.*along)[at], curve.test_accuracy[at]));
    series.thin.push_back(std::move(line));
  }
  return series;
}

std::string short_words(const TimeToAccuracy& one, bool with_technique) {
  std::string words = fmt::format(
      "{}, batch {}", counted(static_cast<std::size_t>(analysis::scale_of(one.key)), analysis::scale_unit(one.key)),
      one.key.global_batch);
  if (with_technique && !one.technique.empty()) words += ", " + one.technique;
  return words;
}

/// Ranks, global batch and technique, or the cases' names where these do not tell them apart.
std::vector<std::string> names_in(const Panel& panel, bool with_technique) {
  std::vector<std::string> names;
  names.reserve(panel.size());
  for (const auto* one : panel) names.push_back(short_words(*one, with_technique));
  const std::set<std::string> distinct(names.begin(), names.end());
  if (distinct.size() == names.size()) return names;
  std::ranges::transform(panel, names.begin(), [](const auto* one) { return one->key.name; });
  return names;
}

struct ShownProgress {
  const char* title;
  const char* axis;
  Progress along;
  TickText tick_text;
};

/// The target as a horizontal line, where all cases have the same.
std::vector<ChartPoint> target_line(const Panel& panel, const std::vector<ChartSeries>& series) {
  std::set<double> targets;
  for (const auto* one : panel) targets.insert(one->target);
  double furthest = 0.0;
  for (const auto& each : series) {
    for (const auto& point : each.points) furthest = std::max(furthest, point.x);
    for (const auto& line : each.thin) furthest = std::max(furthest, line.points.back().x);
  }
  if (targets.size() != 1 || furthest == 0.0) return {};
  return {point_at(0.0, *targets.begin()), point_at(furthest, *targets.begin())};
}

std::vector<Figure> accuracy_figure(const Panel& panel, const std::string& panel_name, const ShownProgress& shown) {
  LineChart chart;
  chart.title = fmt::format("Test accuracy against {}{}{}", shown.title, panel_name.empty() ? "" : ", ", panel_name);
  const auto names = names_in(panel, panel_name.empty());
  for (std::size_t i = 0; i < panel.size(); ++i)
    chart.series.push_back(series_of_case(*panel[i], names[i], shown.along));
  std::erase_if(chart.series, [](const ChartSeries& series) { return series.points.empty(); });
  chart.marks =
      std::ranges::all_of(chart.series, [](const ChartSeries& series) { return series.points.size() <= kMostMarks; });
  chart.ideal = target_line(panel, chart.series);
  chart.reference = "target";
  const TickText percent = [](double y) { return fmt::format("{:.3g} %", 100 * y); };
  chart.x = {shown.axis, Scale::Kind::kLinear, shown.tick_text, {}, true};
  chart.y = {"test accuracy", Scale::Kind::kLinear, percent, {}};
  chart.description =
      "One line per case: the mean over seeds, which ends at the mean of their last evaluations. Thin lines are the "
      "seeds; the dashed line is the target." +
      series_in_words(chart.series, shown.tick_text, percent);
  return figure_of(chart);
}

/// All cases in one panel, or by technique, or by ranks too, where they are more than there are colours.
std::map<std::string, Panel> panels_of(const std::vector<TimeToAccuracy>& times) {
  std::map<std::string, Panel> panels;
  for (const auto& one : times) panels[times.size() > kMostCases ? one.technique : ""].push_back(&one);
  std::map<std::string, Panel> named;
  for (const auto& [technique, panel] : panels) {
    for (const auto* one : panel) {
      std::string name = technique.empty() && panels.size() > 1 ? "plain" : technique;
      if (panel.size() > kMostCases)
        name = fmt::format(
            "{}{}{}", counted(static_cast<std::size_t>(analysis::scale_of(one->key)), analysis::scale_unit(one->key)),
            name.empty() ? "" : ", ", name);
      named[name].push_back(one);
    }
  }
  return named;
}

/// Ranks and technique of a series, or what tells it apart from the others where these do not.
std::vector<ChartSeries> epochs_series(const Report& report) {
  std::vector<ChartSeries> all;
  std::set<std::string> names;
  for (const auto& one : report.epochs_by_batch) {
    const TimeToAccuracy& first = report.times_to_accuracy[one.members.front()];
    std::string name =
        counted(static_cast<std::size_t>(analysis::scale_of(first.key)), analysis::scale_unit(first.key));
    if (!first.technique.empty()) name += ", " + first.technique;
    ChartSeries series{names.insert(name).second ? name : one.name, {}};
    for (std::size_t i = 0; i < one.members.size(); ++i) {
      const Interval& epochs = report.times_to_accuracy[one.members[i]].epochs;
      series.points.push_back({one.x[i], epochs});
      if (report.epochs_by_batch.size() > kMostBands) series.points.back().y = {epochs.estimate, NAN, NAN};
    }
    all.push_back(std::move(series));
  }
  return all;
}

}  // namespace

std::vector<Figure> target_figures(const Report& report) {
  const ShownProgress time{"training time", "training time", &AccuracyCurve::seconds,
                           [](double x) { return tick_text(x, Unit::kSeconds); }};
  const ShownProgress epochs{"epochs", "epochs", &AccuracyCurve::epochs, count_text};
  std::vector<Figure> figures;
  for (const auto& [name, panel] : panels_of(report.times_to_accuracy)) {
    append(figures, accuracy_figure(panel, name, time));
    append(figures, accuracy_figure(panel, name, epochs));
  }
  return figures;
}

std::vector<Figure> epochs_needed_figures(const Report& report) {
  LineChart chart;
  chart.title = "Epochs to the target against global batch";
  chart.series = epochs_series(report);
  const auto places = places_of(chart.series);
  if (places.empty()) return {};
  const TickText number = [](double y) { return fmt::format("{:.3g}", y); };
  chart.x = {"global batch (images)", Scale::Kind::kLog, count_text, places};
  chart.y = {"epochs", Scale::Kind::kLinear, number, {}, true};
  chart.value_text = [](const Interval& y) { return to_text(y, Unit::kRatio); };
  chart.description = fmt::format(
      "Logarithmic horizontal axis{}.{}",
      chart.series.size() <= kMostBands ? "; the bands are 95 % intervals" : "; the table holds the intervals",
      series_in_words(
          chart.series, [](double x) { return fmt::format("global batch {:g}", x); }, number));
  return figure_of(chart);
}

}  // namespace scalemark::report
