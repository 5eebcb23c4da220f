#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::ScalingKind;
using analysis::ScalingRow;

struct Wording {
  const char* name;
  const char* title;
  const char* explanation;
  const char* if_empty;
  const char* time_title;
  const char* time_name;
  const char* speedup_title;
  const char* speedup_name;
};

constexpr Wording kFixedDataSetWording{
    "strong_scaling_fixed_data_set",
    "Strong scaling: fixed data set, fixed batch per rank",
    "The data set is held fixed, and with it the work of an epoch. The batch per rank is fixed, so the global batch "
    "grows with the ranks. Epoch time T: the mean of the measured epochs but the first, if the case and its baseline "
    "measured epochs (measure.epochs); otherwise an estimate, images / global batch x step time. Speed-up S_n = T_b "
    "/ T_n over the baseline of b ranks (1 rank if that was measured); efficiency S_n x b / n. An epoch on n ranks "
    "has b / n as many steps as on b ranks, so the efficiency of estimated epochs is by construction the same number "
    "as that of weak scaling below. Serial fraction (Karp and Flatt): (1/S - b/n) / (1 - b/n). If it grows with the "
    "ranks, it shows overhead, not serial work.",
    "No two comparable cases have the same batch per rank at different numbers of ranks.",
    "epoch time",
    "epoch_seconds",
    "speed-up",
    "speedup"};

constexpr Wording kFixedGlobalBatchWording{
    "strong_scaling_fixed_global_batch",
    "Strong scaling: fixed global batch",
    "The global batch is held fixed, so the batch per rank shrinks as ranks are added, and a step always trains on "
    "the same number of images. Speed-up S_n = step time of b ranks / step time of n ranks; efficiency S_n x b / n; "
    "serial fraction (Karp and Flatt) (1/S - b/n) / (1 - b/n).",
    "No two comparable cases have the same global batch at different numbers of ranks.",
    "step time",
    "step_mean_seconds",
    "speed-up",
    "speedup"};

constexpr Wording kFixedWorkWording{
    "weak_scaling",
    "Weak scaling: fixed work per rank",
    "The batch per rank is held fixed, so the total work of a step grows with the ranks. Efficiency = step time of b "
    "ranks / step time of n ranks; the scaled speed-up is efficiency x n / b, the ratio of throughputs.",
    "No two comparable cases have the same batch per rank at different numbers of ranks.",
    "step time",
    "step_mean_seconds",
    "scaled speed-up",
    "scaled_speedup"};

const Wording& wording_of(ScalingKind kind) {
  switch (kind) {
    case ScalingKind::kFixedDataSet:
      return kFixedDataSetWording;
    case ScalingKind::kFixedGlobalBatch:
      return kFixedGlobalBatchWording;
    case ScalingKind::kFixedWorkPerRank:
      break;
  }
  return kFixedWorkWording;
}

std::string interval_kind(const ScalingRow& row) {
  if (row.is_baseline || row.published || !std::isfinite(row.speedup.estimate)) return "";
  if (row.of_measured_epochs) return "over epochs";
  return row.paired ? "paired" : "not paired";
}

std::string epoch_kind(const ScalingRow& row) {
  if (!std::isfinite(row.seconds.estimate)) return "";
  if (row.published) return "published";
  return row.of_measured_epochs ? "measured" : "estimated";
}

double baseline_ranks(const ScalingRow& row) {
  return row.baseline.empty() ? results::kNotMeasured : row.baseline_ranks;
}

}  // namespace

std::string remark_of(const ScalingRow& row) {
  if (!row.refusal.empty()) return "not comparable: " + row.refusal;
  if (!row.is_baseline) return row.caveat;
  return row.caveat.empty() ? "baseline" : "baseline; " + row.caveat;
}

std::string epochs_behind(const std::vector<ScalingRow>& rows) {
  bool measured = false;
  bool estimated = false;
  for (const auto& row : rows) {
    if (row.is_baseline || row.published || !std::isfinite(row.speedup.estimate)) continue;
    (row.of_measured_epochs ? measured : estimated) = true;
  }
  if (measured && estimated) return "measured and estimated";
  return measured ? "measured" : estimated ? "estimated" : "";
}

Section scaling_section(ScalingKind kind, const std::vector<ScalingRow>& rows) {
  const Wording& wording = wording_of(kind);
  const bool differ =
      std::ranges::any_of(rows, [](const auto& row) { return analysis::scale_of(row.key) != row.key.ranks; });
  auto columns = key_columns<ScalingRow>();
  columns.interval(wording.time_title, wording.time_name, Unit::kSeconds, &ScalingRow::seconds);
  if (kind == ScalingKind::kFixedDataSet) columns.text("epoch", "epoch", epoch_kind);
  columns.number("images/s", "images_per_second", Unit::kImagesPerSecond, &ScalingRow::images_per_second)
      .interval(wording.speedup_title, wording.speedup_name, Unit::kRatio, &ScalingRow::speedup)
      .interval("efficiency", "efficiency_fraction", Unit::kFraction, &ScalingRow::efficiency)
      .remarked(remark_of)
      .text("interval", "interval", interval_kind);
  if (kind != ScalingKind::kFixedWorkPerRank)
    columns.interval("serial fraction", "serial_fraction", Unit::kFraction, &ScalingRow::serial_fraction);
  columns.interval("", "step_seconds", Unit::kSeconds, &ScalingRow::typical_step)
      .number("", "baseline_seconds", Unit::kSeconds, &ScalingRow::baseline_seconds)
      .number("", "baseline_images_per_second", Unit::kImagesPerSecond, &ScalingRow::baseline_images_per_second)
      .text("", "baseline", &ScalingRow::baseline)
      .number("", "baseline_ranks", Unit::kNone, baseline_ranks)
      .count(differ ? "devices" : "", "devices", [](const ScalingRow& row) { return analysis::scale_of(row.key); })
      .number("", "clock_ratio", Unit::kRatio, &ScalingRow::clock_ratio)
      .number("", "efficiency_at_equal_clocks_fraction", Unit::kFraction, &ScalingRow::efficiency_at_equal_clocks)
      .count("", "paired_repetitions", [](const ScalingRow& row) { return row.paired ? row.rounds : 0; })
      .count("", "repetitions", &ScalingRow::rounds)
      .remarks("remark", "remark", remark_of);
  return {wording.title, wording.explanation, columns.table(wording.name, wording.if_empty, rows)};
}

}  // namespace scalemark::report
