#include <fmt/format.h>

#include <algorithm>

#include "report/charts/bar_charts.h"
#include "report/charts/figures.h"
#include "report/format.h"

namespace scalemark::report {
namespace {

std::vector<WaterfallStep> steps_of(const LostSpeedup& lost) {
  std::vector<WaterfallStep> steps{{"ideal", {lost.ideal, results::kNotMeasured, results::kNotMeasured}, true, ""}};
  for (const auto& part : lost.parts) {
    // With a fixed batch per rank there is no smaller batch to lose by.
    if (part.cause == LossCause::kSmallerBatch && lost.kind == ScalingKind::kFixedWorkPerRank) continue;
    steps.push_back({names_of(part.cause).figure, part.speedup, false, part.unknown});
  }
  steps.push_back({"measured", lost.measured, true, ""});
  return steps;
}

std::string in_words(const LostSpeedup& lost) {
  std::string words = fmt::format("Ideal {}", to_text(lost.ideal, Unit::kRatio));
  for (const auto& part : lost.parts) {
    words += part.unknown.empty()
                 ? fmt::format("; {} lost to {}", to_text(part.speedup, Unit::kRatio), names_of(part.cause).title)
                 : fmt::format("; {} not measured: {}", names_of(part.cause).title, part.unknown);
  }
  return words + fmt::format("; measured {}.", to_text(lost.measured, Unit::kRatio));
}

}  // namespace

std::vector<Figure> waterfall_figures(const std::vector<LostSpeedup>& all) {
  std::vector<LostSpeedup> sorted = all;
  std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.key.ranks > b.key.ranks; });
  std::vector<Figure> figures;
  for (const auto& lost : sorted) {
    const std::string title =
        fmt::format("{}: speed-up of {} ranks over {}", lost.key.name, lost.key.ranks, lost.baseline);
    figures.push_back({title, draw_waterfall(steps_of(lost), title, in_words(lost)), {}});
  }
  std::erase_if(figures, [](const Figure& figure) { return figure.svg.empty(); });
  return figures;
}

}  // namespace scalemark::report
