#include <fmt/format.h>

#include <algorithm>

#include "core/quantity_text.h"
#include "report/charts/bar_charts.h"
#include "report/charts/case_series.h"

namespace scalemark::report {
namespace {

std::vector<WaterfallStep> waterfall_of(const analysis::LostSpeedup& lost) {
  std::vector<WaterfallStep> steps{{"ideal", {lost.ideal, results::kNotMeasured, results::kNotMeasured}, true, ""}};
  for (const auto& part : lost.parts) {
    // With a fixed batch per rank there is no smaller batch to lose by.
    if (part.cause == analysis::LossCause::kSmallerBatch && lost.kind == analysis::ScalingKind::kFixedWorkPerRank)
      continue;
    // Exposed communication holds it then.
    if (part.cause == analysis::LossCause::kSlowedBackward && !lost.splits_backward) continue;
    steps.push_back({analysis::names_of(part.cause).figure, part.speedup, false, part.unknown});
  }
  steps.push_back({"measured", lost.measured, true, ""});
  return steps;
}

std::string in_words(const analysis::LostSpeedup& lost) {
  std::string words = fmt::format("Ideal {}", to_text(lost.ideal, Unit::kRatio));
  for (const auto& part : lost.parts) {
    words +=
        part.unknown.empty()
            ? fmt::format("; {} lost to {}", to_text(part.speedup, Unit::kRatio), analysis::names_of(part.cause).title)
            : fmt::format("; {} not measured: {}", analysis::names_of(part.cause).title, part.unknown);
  }
  return words + fmt::format("; measured {}.", to_text(lost.measured, Unit::kRatio));
}

std::string csv_of(const std::vector<WaterfallStep>& steps) {
  std::vector<FigureNumber> numbers;
  numbers.reserve(steps.size());
  for (const auto& step : steps) numbers.push_back({step.is_total ? "speed-up" : "lost", step.name, step.value});
  return figure_csv("part", "speedup", numbers);
}

std::string waterfall_title(const analysis::LostSpeedup& lost) {
  return fmt::format("{}: speed-up of {} ranks over {}", lost.key.name, lost.key.ranks, lost.baseline);
}

Figure figure_of(const analysis::LostSpeedup& lost, const std::string& title) {
  const auto steps = waterfall_of(lost);
  return {title, draw_waterfall(steps, title, in_words(lost)), {}, csv_of(steps)};
}

std::vector<Figure> waterfall_figures(const std::vector<analysis::LostSpeedup>& all) {
  std::vector<analysis::LostSpeedup> sorted = all;
  std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.key.ranks > b.key.ranks; });
  std::vector<Figure> figures;
  figures.reserve(sorted.size());
  for (const auto& lost : sorted) figures.push_back(figure_of(lost, waterfall_title(lost)));
  std::erase_if(figures, [](const Figure& figure) { return figure.svg.empty(); });
  return figures;
}

}  // namespace

std::vector<Figure> waterfall_figure(const analysis::LostSpeedup& lost, const std::string& title) {
  const Figure figure = figure_of(lost, title);
  return figure.svg.empty() ? std::vector<Figure>{} : std::vector<Figure>{figure};
}

std::vector<Figure> lost_fixed_work_figures(const Report& report) { return waterfall_figures(report.lost_fixed_work); }

std::vector<Figure> lost_fixed_global_batch_figures(const Report& report) {
  return waterfall_figures(report.lost_fixed_global_batch);
}

}  // namespace scalemark::report
