#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/quantity_text.h"
#include "report/charts/bar_charts.h"
#include "report/charts/case_series.h"

namespace scalemark::report {
namespace {

Figure figure_of_case(const std::vector<analysis::RankSamples>& ranks) {
  const auto low = std::min_element(ranks.begin(), ranks.end(),
                                    [](const auto& a, const auto& b) { return a.lowest_seconds < b.lowest_seconds; });
  const auto high = std::max_element(
      ranks.begin(), ranks.end(), [](const auto& a, const auto& b) { return a.highest_seconds < b.highest_seconds; });
  const std::string range = fmt::format("{} to {}", to_text(low->lowest_seconds, Unit::kSeconds),
                                        to_text(high->highest_seconds, Unit::kSeconds));
  const std::string caption = fmt::format("{}: {}", ranks.front().key.name, range);
  std::string words = fmt::format("Step times of {} in the order of the steps, {} repetitions of {} steps.",
                                  ranks.size() == 1 ? "1 rank" : fmt::format("{} ranks", ranks.size()),
                                  ranks.front().repetitions, ranks.front().steps);
  for (const auto& rank : ranks) {
    if (rank.points.empty()) continue;
    words += fmt::format(" Rank {}: median {}, from {} to {}.", rank.rank, to_text(rank.median_seconds, Unit::kSeconds),
                         to_text(rank.lowest_seconds, Unit::kSeconds), to_text(rank.highest_seconds, Unit::kSeconds));
  }
  std::vector<FigureNumber> numbers;
  numbers.reserve(ranks.size());
  for (const auto& rank : ranks) {
    numbers.push_back({"median, lowest and highest step",
                       std::to_string(rank.rank),
                       {rank.median_seconds, rank.lowest_seconds, rank.highest_seconds}});
  }
  return {
      caption, draw_strips(ranks, "Raw step times of " + caption, words), {}, figure_csv("rank", "seconds", numbers)};
}

}  // namespace

std::vector<Figure> sample_figures(const Report& report) {
  const std::vector<analysis::RankSamples>& samples = report.samples;
  std::vector<std::pair<std::int32_t, Figure>> by_ranks;
  for (auto begin = samples.begin(); begin != samples.end();) {
    const auto end = std::find_if(begin, samples.end(),
                                  [&](const analysis::RankSamples& rank) { return rank.key.name != begin->key.name; });
    by_ranks.emplace_back(begin->key.ranks, figure_of_case({begin, end}));
    begin = end;
  }
  std::stable_sort(by_ranks.begin(), by_ranks.end(), [](auto& a, auto& b) { return a.first > b.first; });
  std::vector<Figure> figures;
  figures.reserve(by_ranks.size());
  for (auto& [ranks, figure] : by_ranks) figures.push_back(std::move(figure));
  std::erase_if(figures, [](const Figure& figure) { return figure.svg.empty(); });
  return figures;
}

}  // namespace scalemark::report
