#include "report/pages/overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/needed_repetitions.h"
#include "core/quantity_text.h"
#include "report/charts/figures.h"
#include "report/pages/case_words.h"
#include "report/pages/headline.h"
#include "report/pages/target_summary.h"
#include "report/tables/advice_text.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::CaseLine;
using analysis::Report;

constexpr std::size_t kMostFigures = 2;

/// Of the most ranks, the case of the highest throughput.
const CaseLine* at_most_ranks(const Report& report) {
  const CaseLine* best = nullptr;
  for (const auto& line : report.cases) {
    if (line.row.status != results::CaseStatus::kOk || line.published || !std::isfinite(line.row.images_per_second))
      continue;
    const bool more = best && scale_of(line.key) > scale_of(best->key);
    const bool faster =
        best && scale_of(line.key) == scale_of(best->key) && line.row.images_per_second > best->row.images_per_second;
    if (!best || more || faster) best = &line;
  }
  return best;
}

Tile throughput_tile(const Report& report, const CaseLine& line) {
  const Interval rate = throughput(line);
  return {"Throughput", tile_value(rate, Unit::kImagesPerSecond) + " images/s",
          tile_range(rate, Unit::kImagesPerSecond), words_of(report, line.key.name)};
}

Tile efficiency_tile(const analysis::ScalingRow& row, bool weak) {
  const std::string fixed =
      weak ? fmt::format("batch {} per {}", analysis::batch_per_device(row.key), analysis::scale_unit(row.key))
           : fmt::format("a global batch of {}", row.key.global_batch);
  return {"Efficiency", tile_value(row.efficiency, Unit::kFraction), tile_range(row.efficiency, Unit::kFraction),
          fmt::format("{} over {}, {}: speed-up {}", scale_text(row.key), scale_text(row.key, row.baseline_ranks),
                      fixed, to_text(row.speedup.estimate, Unit::kRatio))};
}

Tile loss_tile(const Headline& headline) {
  if (!headline.loses() && !headline.may_be_ideal())
    return {"Largest loss", "none", "", "no time is lost against ideal scaling"};
  const auto* part = headline.lost ? largest_loss(*headline.lost) : nullptr;
  if (!part) {
    const auto& row = *headline.row;
    const std::string needed = headline.loses()
                                   ? "no cause can be told from noise"
                                   : "any loss is within the noise; a clear answer " +
                                         needed_text(repetitions_to_exclude(row.efficiency, 1.0, row.rounds));
    return {"Largest loss", "not known", "", needed};
  }
  const bool explained = headline.advice && headline.advice->cause && headline.advice->cause->cause == part->cause;
  const std::string remedy = explained ? remedy_text(*headline.advice) : "";
  const std::string name = part->cause == analysis::LossCause::kResidual ? "slower compute beside other ranks"
                                                                         : analysis::names_of(part->cause).title;
  return {"Largest loss: " + name, tile_value(part->share, Unit::kFraction), tile_range(part->share, Unit::kFraction),
          fmt::format("{} of each step{}{}", to_text(part->seconds, Unit::kSeconds),
                      remedy.empty() ? "" : ". Try: ", remedy)};
}

Tile change_tile(const analysis::OneChange& change) {
  return {
      "Largest effect of one change", tile_value(change.throughput_ratio, Unit::kRatio) + "\u00d7",
      tile_range(change.throughput_ratio, Unit::kRatio),
      fmt::format("throughput with {} {} in place of {} ({})", change.key, change.to, change.from, change.with.name)};
}

Tile roofline_tile(const Report& report, const CaseLine& line) {
  return {"Share of the device's rate (MFU)", to_text(line.model_flops_utilization, Unit::kFraction), "",
          fmt::format("{} of {}", to_text(line.achieved_flops_per_second, Unit::kFlopsPerSecond),
                      words_of(report, line.key.name))};
}

void append_some(std::vector<Figure>& figures, const std::vector<Figure>& more) {
  if (!more.empty() && figures.size() < kMostFigures) figures.push_back(more.front());
}

}  // namespace

std::string tile_value(const Interval& value, Unit unit) {
  const std::string text = to_text(value, unit);
  return text.substr(0, text.find(" ["));
}

std::string tile_range(const Interval& value, Unit unit) {
  const std::string text = to_text(value, unit);
  const auto open = text.find('['), comma = text.find(", ", open);
  if (open == std::string::npos || comma == std::string::npos) return "";
  return text.substr(open + 1, comma - open - 1) + " to " + text.substr(comma + 2, text.size() - comma - 3);
}

std::vector<Tile> tiles_of(const Report& report) {
  const Headline headline = headline_of(report);
  const CaseLine* line = at_most_ranks(report);
  if (headline.busy) return {};
  if (is_of_targets(report)) return target_tiles(report);
  if (!line) return {};
  std::vector<Tile> tiles{throughput_tile(report, *line)};
  if (headline.row && !headline.row->published) {
    tiles.push_back(efficiency_tile(*headline.row, headline.weak));
    tiles.push_back(loss_tile(headline));
    return tiles;
  }
  if (const auto* change = largest_change(report)) tiles.push_back(change_tile(*change));
  if (std::isfinite(line->model_flops_utilization)) tiles.push_back(roofline_tile(report, *line));
  return tiles;
}

std::vector<Figure> overview_figures(const Report& report) {
  const Headline headline = headline_of(report);
  std::vector<Figure> figures;
  if (is_of_targets(report)) {
    append_some(figures, target_figures(report));
    append_some(figures, epochs_needed_figures(report));
    return figures;
  }
  if (headline.row) {
    append_some(figures, headline.weak ? fixed_data_set_figures(report) : fixed_global_batch_figures(report));
    if (headline.lost) {
      const std::string title = "Where the speed-up goes: " + words_of(report, headline.lost->key.name);
      append_some(figures, waterfall_figure(*headline.lost, title));
    }
    return figures;
  }
  append_some(figures, change_figures(report));
  append_some(figures, key_sweep_figures(report));
  append_some(figures, batch_figures(report));
  append_some(figures, phase_figures(report));
  return figures;
}

}  // namespace scalemark::report
