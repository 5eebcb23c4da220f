#include <fmt/format.h>

#include <map>
#include <set>

#include "core/quantity_text.h"
#include "report/charts/case_series.h"

namespace scalemark::report {
namespace {

/// Log-log against the batch per rank.
std::vector<Figure> against_batch(const Report& report, const std::string& title, const std::string& axis, Unit unit,
                                  const CaseValue& value) {
  LineChart chart;
  chart.title = title;
  chart.series = series_by_ranks(report.cases, value);
  std::set<double> batches;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) batches.insert(point.x);
  }
  const TickText y_text = [unit](double y) { return tick_text(y, unit); };
  chart.x = {"batch per rank (images)", Scale::Kind::kLog, count_text, {batches.begin(), batches.end()}};
  chart.y = {axis, Scale::Kind::kLog, y_text, unit == Unit::kBytes ? powers_of_two(10, 50) : std::vector<double>{}};
  chart.description = "Logarithmic axes; the bands are 95 % intervals." +
                      series_in_words(
                          chart.series, [](double x) { return fmt::format("batch {:g}", x); },
                          [unit](double y) { return to_text(y, unit); });
  return figure_of(chart);
}

}  // namespace

std::vector<Figure> batch_figures(const Report& report) {
  std::vector<Figure> figures = against_batch(
      report, "Throughput against batch per rank", "images/s", Unit::kImagesPerSecond,
      [](const analysis::CaseLine& line) {
        const results::CaseRow& row = line.row;
        const auto batch = static_cast<double>(row.global_batch);
        return Interval{row.images_per_second, batch / row.step_mean_seconds_high, batch / row.step_mean_seconds_low};
      });
  for (auto& figure : against_batch(report, "Step time against batch per rank", "step time", Unit::kSeconds,
                                    [](const analysis::CaseLine& line) {
                                      return Interval{line.row.step_mean_seconds, line.row.step_mean_seconds_low,
                                                      line.row.step_mean_seconds_high};
                                    })) {
    figures.push_back(std::move(figure));
  }
  return figures;
}

std::vector<Figure> memory_figures(const Report& report) {
  std::map<std::string, double> peak;
  for (const auto& use : report.memory) peak[use.key.name] = use.highest_bytes;
  return against_batch(report, "Peak memory of a rank against batch per rank", "peak memory", Unit::kBytes,
                       [&peak](const analysis::CaseLine& line) {
                         const auto found = peak.find(line.key.name);
                         const double bytes = found == peak.end() ? results::kNotMeasured : found->second;
                         return Interval{bytes, results::kNotMeasured, results::kNotMeasured};
                       });
}

}  // namespace scalemark::report
