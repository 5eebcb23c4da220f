#include <array>
#include <string>

#include "analysis/advice.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

constexpr const char* kHowItAdds =
    " Ideal less the parts is the measured speed-up: each part is the ideal speed-up times the share of the measured "
    "step that its cause takes beyond what it takes in the baseline, repetition by repetition, with 95 % intervals. "
    "Smaller batch: the baseline's ranks at this batch per rank. Exposed communication: full less no_sync. Input: full "
    "less cached_input. Waiting: no_sync steps of the slowest rank less those of the fastest, input left out. The "
    "residual is what these leave, compute that is slower beside other ranks for instance; it is negative where two "
    "causes overlap, and holds every cause that was not measured.";

constexpr std::array<analysis::LossCause, 5> kCauses{analysis::LossCause::kSmallerBatch,
                                                     analysis::LossCause::kCommunication, analysis::LossCause::kInput,
                                                     analysis::LossCause::kWaiting, analysis::LossCause::kResidual};

Table empty_table(analysis::ScalingKind kind) {
  if (kind == analysis::ScalingKind::kFixedGlobalBatch) {
    return {"lost_speedup_fixed_global_batch",
            "Lost speed-up: fixed global batch",
            "Where the speed-up of a fixed global batch went; the parts are those of the table above. Cases of the "
            "smaller batch were measured in another block, and the drift between blocks is in no interval.",
            "No case has a speed-up at a fixed global batch.",
            key_columns(),
            {}};
  }
  return {"lost_speedup_fixed_batch_per_rank",
          "Lost speed-up: fixed batch per rank",
          std::string("Where the speed-up of a fixed batch per rank went: that of the throughput, and of an epoch.") +
              kHowItAdds,
          "No case has a speed-up at a fixed batch per rank.",
          key_columns(),
          {}};
}

void add_columns(analysis::ScalingKind kind, Table& table) {
  table.columns.push_back(number_column("ideal", "ideal_speedup", Unit::kRatio));
  for (const analysis::LossCause cause : kCauses) {
    const std::string name = analysis::names_of(cause).csv;
    // With a fixed batch per rank there is no smaller batch to lose by.
    const bool never = cause == analysis::LossCause::kSmallerBatch && kind == analysis::ScalingKind::kFixedWorkPerRank;
    table.columns.push_back(
        interval_column(never ? "" : analysis::names_of(cause).title, name + "_lost_speedup", Unit::kRatio));
    table.columns.push_back(interval_column("", name + "_share_fraction", Unit::kFraction));
    table.columns.push_back(number_column("", name + "_seconds", Unit::kSeconds));
  }
  table.columns.push_back(interval_column("measured", "measured_speedup", Unit::kRatio));
  table.columns.push_back(text_column("", "baseline"));
  table.columns.push_back(text_column("", "same_batch_reference"));
  table.columns.push_back(number_column("", "paired_repetitions"));
}

void add_row(const analysis::LostSpeedup& lost, Table& table) {
  std::vector<Cell> cells = key_cells(lost.key);
  cells.emplace_back(lost.ideal);
  for (const auto& part : lost.parts) {
    if (!part.unknown.empty()) table.remarks.push_back({table.rows.size(), cells.size(), part.unknown});
    cells.emplace_back(part.speedup);
    cells.emplace_back(part.share);
    cells.emplace_back(part.seconds);
  }
  cells.emplace_back(lost.measured);
  cells.emplace_back(lost.baseline);
  cells.emplace_back(lost.reference);
  cells.emplace_back(static_cast<std::int64_t>(lost.rounds));
  table.rows.push_back(std::move(cells));
}

}  // namespace

Table lost_speedup_table(analysis::ScalingKind kind, const std::vector<analysis::LostSpeedup>& all) {
  Table table = empty_table(kind);
  add_columns(kind, table);
  for (const auto& lost : all) add_row(lost, table);
  return table;
}

Table advice_table(const std::vector<analysis::Advice>& advice) {
  Table table{"advice",
              "What to try",
              "Per case the cause that takes the largest share of the step, of those whose 95 % interval lies above 0.",
              "No case loses speed-up, or none was compared.",
              key_columns(),
              {}};
  table.columns.push_back(text_column("held fixed", "held_fixed"));
  table.columns.push_back(text_column("advice", "advice"));
  for (const auto& one : advice) {
    std::vector<Cell> cells = key_cells(one.key);
    cells.emplace_back(
        std::string(one.kind == analysis::ScalingKind::kFixedGlobalBatch ? "global batch" : "batch per rank"));
    cells.emplace_back(one.text);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace scalemark::report
