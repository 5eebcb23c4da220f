#include <fmt/format.h>

#include <algorithm>

#include "core/quantity_text.h"
#include "report/charts/bar_charts.h"
#include "report/charts/figures.h"

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

std::vector<Figure> waterfall_figures(const std::vector<analysis::LostSpeedup>& all) {
  std::vector<analysis::LostSpeedup> sorted = all;
  std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.key.ranks > b.key.ranks; });
  std::vector<Figure> figures;
  for (const auto& lost : sorted) {
    const std::string title =
        fmt::format("{}: speed-up of {} ranks over {}", lost.key.name, lost.key.ranks, lost.baseline);
    figures.push_back({title, draw_waterfall(waterfall_of(lost), title, in_words(lost)), {}});
  }
  std::erase_if(figures, [](const Figure& figure) { return figure.svg.empty(); });
  return figures;
}

}  // namespace

std::vector<Figure> lost_fixed_work_figures(const Report& report) { return waterfall_figures(report.lost_fixed_work); }

std::vector<Figure> lost_fixed_global_batch_figures(const Report& report) {
  return waterfall_figures(report.lost_fixed_global_batch);
}

}  // namespace scalemark::report
