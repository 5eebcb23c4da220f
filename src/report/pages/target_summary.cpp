#include "report/pages/target_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/quantity_text.h"
#include "report/pages/case_words.h"
#include "report/tables/target_text.h"

namespace scalemark::report {
namespace {

using analysis::Report;
using analysis::TimeToAccuracy;
using analysis::TrainingSpeedup;

std::string soonest_sentence(const Report& report) {
  const auto* best = soonest(report.times_to_accuracy);
  const std::string cases = cases_text(report.times_to_accuracy.size());
  if (!best) {
    const TimeToAccuracy& first = report.times_to_accuracy.front();
    return fmt::format("Of {} that trained to a test accuracy, none has a time to it. {}: {}.", cases, first.key.name,
                       first.withheld);
  }
  const auto with_time = std::ranges::count_if(report.times_to_accuracy, &TimeToAccuracy::has_time);
  return fmt::format("Of {}, {} reached the target with every seed. Soonest to {}: {}, in {} of training ({}).", cases,
                     with_time, accuracy_text(best->target), target_case_words(*best),
                     to_text(best->seconds, Unit::kSeconds), counted(best->seeds, "seed"));
}

std::string speedup_sentence(const Report& report) {
  if (const auto* row = headline_speedup(report.training_speedups)) return survival_sentence(*row);
  if (report.training_speedups.empty()) return "";
  return fmt::format("No training speed-up is given. {}.", report.training_speedups.front().refusal);
}

Tile time_tile(const TimeToAccuracy& best) {
  return {fmt::format("Soonest to {}", accuracy_text(best.target)), tile_value(best.seconds, Unit::kSeconds),
          tile_range(best.seconds, Unit::kSeconds), target_case_words(best)};
}

Tile speedup_tile(const TrainingSpeedup& row) {
  return {"Training speed-up", tile_value(row.speedup, Unit::kRatio) + "\u00d7", tile_range(row.speedup, Unit::kRatio),
          fmt::format("{} over {}, {}: throughput {}\u00d7, epochs {}\u00d7", scale_text(row.key),
                      scale_text(row.key, row.baseline_ranks), row.held,
                      to_text(row.throughput_speedup.estimate, Unit::kRatio),
                      to_text(1.0 / row.epochs_ratio.estimate, Unit::kRatio))};
}

}  // namespace

bool is_of_targets(const Report& report) {
  const auto is_other = [](const auto& line) { return !line.published && !line.has_target; };
  return !report.times_to_accuracy.empty() && std::ranges::none_of(report.cases, is_other);
}

std::vector<std::string> target_sentences(const Report& report) {
  if (report.times_to_accuracy.empty()) return {};
  return {soonest_sentence(report), speedup_sentence(report)};
}

std::vector<Tile> target_tiles(const Report& report) {
  std::vector<Tile> tiles;
  if (const auto* best = soonest(report.times_to_accuracy)) tiles.push_back(time_tile(*best));
  if (const auto* row = headline_speedup(report.training_speedups)) tiles.push_back(speedup_tile(*row));
  return tiles;
}

}  // namespace scalemark::report
