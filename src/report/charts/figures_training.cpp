#include <fmt/format.h>

#include <cmath>
#include <map>

#include "analysis/thinning.h"
#include "report/charts/case_series.h"

namespace scalemark::report {
namespace {

constexpr std::size_t kMostPoints = 200;

ChartPoint plain_point(double x, double y) { return {x, {y, NAN, NAN}}; }

ChartSeries loss_series(const analysis::TrainingCurve& curve) {
  ChartSeries series{curve.key.name, {}};
  for (const auto& point : analysis::thinned(curve.loss, kMostPoints)) {
    series.points.push_back(plain_point(static_cast<double>(point.index), point.value));
  }
  return series;
}

std::vector<ChartSeries> accuracy_series(const analysis::TrainingCurve& curve) {
  std::vector<ChartSeries> both{{curve.key.name + ", training", {}}, {curve.key.name + ", test", {}}};
  for (std::size_t split = 0; split < both.size(); ++split) {
    std::vector<double> values;
    for (const auto& epoch : curve.accuracy) values.push_back(epoch[split]);
    for (const auto& point : analysis::thinned(values, kMostPoints))
      both[split].points.push_back(plain_point(static_cast<double>(point.index + 1), point.value));
  }
  std::erase_if(both, [](const ChartSeries& series) { return series.points.empty(); });
  return both;
}

std::string on_ranks(std::int32_t ranks) { return fmt::format("on {} rank{}", ranks, ranks == 1 ? "" : "s"); }
LineChart chart_of(const std::string& title, std::vector<ChartSeries> series, const ChartAxis& x, const ChartAxis& y) {
  LineChart chart{title, "", x, y, std::move(series), {}, false};
  chart.description = "One line per case." +
                      series_in_words(
                          chart.series, [&x](double at) { return fmt::format("{} {:g}", x.title, at); }, y.tick_text);
  return chart;
}

}  // namespace

std::vector<Figure> training_figures(const Report& report) {
  std::map<std::int32_t, std::vector<ChartSeries>> losses;
  std::map<std::int32_t, std::vector<ChartSeries>> accuracies;
  for (const auto& curve : report.curves) {
    losses[curve.key.ranks].push_back(loss_series(curve));
    for (auto& series : accuracy_series(curve)) accuracies[curve.key.ranks].push_back(std::move(series));
  }
  const TickText number = [](double y) { return fmt::format("{:.3g}", y); };
  const TickText percent = [](double y) { return fmt::format("{:.0f} %", 100 * y); };
  std::vector<Figure> figures;
  for (auto& [ranks, series] : losses) {
    append(figures, figure_of(chart_of("Loss " + on_ranks(ranks), std::move(series),
                                       {"step", Scale::Kind::kLinear, count_text, {}},
                                       {"loss", Scale::Kind::kLinear, number, {}})));
  }
  for (auto& [ranks, series] : accuracies) {
    LineChart chart =
        chart_of("Accuracy " + on_ranks(ranks), std::move(series), {"epoch", Scale::Kind::kLinear, count_text, {}},
                 {"accuracy", Scale::Kind::kLinear, percent, {}});
    chart.marks = true;
    append(figures, figure_of(chart));
  }
  return figures;
}

}  // namespace scalemark::report
