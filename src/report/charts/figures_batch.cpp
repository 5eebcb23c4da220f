#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/quantity_text.h"
#include "report/charts/case_series.h"

namespace scalemark::report {
namespace {

using analysis::AxisSeries;
using analysis::CaseLine;

/// What a figure shows against an axis.
struct AgainstAxis {
  const char* title;  ///< "Throughput"
  const char* axis;
  Unit unit;
  CaseValue value;
};

/// The swept key in words, and its unit.
struct AxisName {
  std::string words;
  std::string unit;
};

AxisName name_of_axis(const std::string& key) {
  if (key == analysis::kBatchKey) return {"batch per rank", "images"};
  if (key == analysis::kWorkersKey) return {"loader workers per rank", ""};
  if (key == "train.bucket_mebibytes") return {"bucket size", "MiB"};
  return {key, ""};
}

/// Logarithmic where the values span a decade and none is 0.
Scale::Kind kind_for(const std::vector<double>& places) {
  const auto [low, high] = std::ranges::minmax(places);
  return low > 0.0 && high >= 8.0 * low ? Scale::Kind::kLog : Scale::Kind::kLinear;
}

std::vector<Figure> against(const std::string& key, const std::string& panel, const std::vector<AxisSeries>& series,
                            const Report& report, const AgainstAxis& shown) {
  LineChart chart;
  chart.series = chart_series(series, report.cases, shown.value);
  const auto places = places_of(chart.series);
  if (places.empty()) return {};
  const AxisName name = name_of_axis(key);
  const bool is_batch = key == analysis::kBatchKey;
  const Unit unit = shown.unit;
  chart.title = fmt::format("{} against {}{}{}", shown.title, name.words, panel.empty() ? "" : ", ", panel);
  chart.x = {name.words + (name.unit.empty() ? "" : " (" + name.unit + ")"),
             is_batch ? Scale::Kind::kLog : kind_for(places), count_text, places};
  chart.y = {shown.axis, Scale::Kind::kLog, [unit](double y) { return tick_text(y, unit); },
             unit == Unit::kBytes ? powers_of_two(10, 50) : std::vector<double>{}};
  chart.value_text = [unit](const Interval& y) { return to_text(y, unit); };
  chart.description = "The vertical axis is logarithmic; the bands are 95 % intervals." +
                      series_in_words(
                          chart.series, [&name](double x) { return fmt::format("{} {:g}", name.words, x); },
                          [unit](double y) { return to_text(y, unit); });
  return figure_of(chart);
}

/// Small multiples: one panel per batch, where more than one was swept.
std::vector<Figure> key_figures(const analysis::KeySweep& sweep, const Report& report, const AgainstAxis& shown) {
  std::map<double, std::vector<AxisSeries>> by_batch;
  for (const auto& series : sweep.series) {
    by_batch[static_cast<double>(report.cases[series.members.front()].key.batch_per_rank)].push_back(series);
  }
  std::vector<Figure> figures;
  for (auto& [batch, series] : by_batch) {
    analysis::name_series(series);
    const std::string panel = by_batch.size() > 1 ? fmt::format("batch {:g} per rank", batch) : std::string();
    append(figures, against(sweep.key, panel, series, report, shown));
  }
  return figures;
}

const AgainstAxis kThroughput{"Throughput", "images/s", Unit::kImagesPerSecond, analysis::throughput};
const AgainstAxis kStepTime{"Step time", "step time", Unit::kSeconds, analysis::mean_step};

}  // namespace

std::vector<Figure> batch_figures(const Report& report) {
  std::vector<Figure> figures = against(analysis::kBatchKey, "", report.batch_series, report, kThroughput);
  append(figures, against(analysis::kBatchKey, "", report.batch_series, report, kStepTime));
  return figures;
}

std::vector<Figure> key_sweep_figures(const Report& report) {
  std::vector<Figure> figures;
  for (const auto& sweep : report.key_sweeps) append(figures, key_figures(sweep, report, kThroughput));
  return figures;
}

std::vector<Figure> memory_figures(const Report& report) {
  std::map<std::string, double> peak;
  for (const auto& use : report.memory) peak[use.key.name] = use.highest_bytes;
  return against(analysis::kBatchKey, "", report.batch_series, report,
                 {"Peak memory of a rank", "peak memory", Unit::kBytes, [&peak](const CaseLine& line) {
                    const auto found = peak.find(line.key.name);
                    const double bytes = found == peak.end() ? results::kNotMeasured : found->second;
                    return Interval{bytes, results::kNotMeasured, results::kNotMeasured};
                  }});
}

}  // namespace scalemark::report
