#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::LossCause;
using analysis::LostSpeedup;
using analysis::ScalingKind;

constexpr const char* kHowItAdds =
    " Ideal less the parts is the measured speed-up: each part is the ideal speed-up times the share of the measured "
    "step that its cause takes beyond what it takes in the baseline, means over the repetitions, with 95 % intervals. "
    "Smaller batch: the baseline's ranks at this batch per rank. Exposed communication: full less no_sync, without "
    "what follows. "
    "Backward slowed by the reduction: how much later backward ends in full than in no_sync. Input: full less "
    "cached_input. Waiting: no_sync steps of the slowest rank less those of the fastest, input left out. The "
    "residual is what these leave, compute that is slower beside other ranks for instance; it is negative where two "
    "causes overlap, and holds every cause that was not measured.";

constexpr std::array<LossCause, 6> kCauses{LossCause::kSmallerBatch,   LossCause::kCommunication,
                                           LossCause::kSlowedBackward, LossCause::kInput,
                                           LossCause::kWaiting,        LossCause::kResidual};

/// Which causes these files cannot tell apart, and in which cases.
std::string unsplit_text(const std::vector<LostSpeedup>& all) {
  std::vector<std::string> backward, waiting;
  for (const auto& lost : all) {
    if (!lost.splits_backward) backward.push_back(lost.key.name);
    if (!lost.splits_waiting) waiting.push_back(lost.key.name);
  }
  std::string text;
  if (!backward.empty()) {
    text += fmt::format(
        " The end of backward was not recorded for {}: exposed communication holds backward slowed by "
        "the reduction too.",
        fmt::join(backward, "; "));
  }
  if (!waiting.empty()) {
    text += fmt::format(
        " Waits for batches were not recorded for {}: input that stalls at random counts as input and "
        "as waiting, and the two cannot be split.",
        fmt::join(waiting, "; "));
  }
  return text;
}

void add_cause(ScalingKind kind, LossCause cause, Columns<LostSpeedup>& columns) {
  const std::string name = names_of(cause).csv;
  // With a fixed batch per rank there is no smaller batch to lose by.
  const bool never = cause == LossCause::kSmallerBatch && kind == ScalingKind::kFixedWorkPerRank;
  columns
      .interval(never ? "" : names_of(cause).title, name + "_lost_speedup", Unit::kRatio,
                [cause](const LostSpeedup& lost) { return lost.part(cause).speedup; })
      .remarked([cause](const LostSpeedup& lost) { return lost.part(cause).unknown; })
      .interval("", name + "_share_fraction", Unit::kFraction,
                [cause](const LostSpeedup& lost) { return lost.part(cause).share; })
      .number("", name + "_seconds", Unit::kSeconds,
              [cause](const LostSpeedup& lost) { return lost.part(cause).seconds; });
}

Columns<LostSpeedup> lost_speedup_columns(ScalingKind kind) {
  auto columns = key_columns<LostSpeedup>();
  columns.number("ideal", "ideal_speedup", Unit::kRatio, &LostSpeedup::ideal);
  for (const LossCause cause : kCauses) add_cause(kind, cause, columns);
  columns.interval("measured", "measured_speedup", Unit::kRatio, &LostSpeedup::measured)
      .text("", "baseline", &LostSpeedup::baseline)
      .text("", "same_batch_reference", &LostSpeedup::reference)
      .count("", "paired_repetitions", [](const LostSpeedup& lost) { return lost.paired ? lost.rounds : 0; });
  return columns;
}

}  // namespace

Section lost_speedup_section(ScalingKind kind, const std::vector<LostSpeedup>& all) {
  const auto columns = lost_speedup_columns(kind);
  if (kind == ScalingKind::kFixedGlobalBatch) {
    return {"Lost speed-up: fixed global batch",
            std::string(
                "Where the speed-up of a fixed global batch went; the parts are those of the table above. Cases of the "
                "smaller batch were measured in another block, and the drift between blocks is in no interval.") +
                unsplit_text(all),
            columns.table("lost_speedup_fixed_global_batch", "No case has a speed-up at a fixed global batch.", all)};
  }
  return {"Lost speed-up: fixed batch per rank",
          std::string("Where the speed-up of a fixed batch per rank went: that of the throughput, and of an epoch.") +
              kHowItAdds + unsplit_text(all),
          columns.table("lost_speedup_fixed_batch_per_rank", "No case has a speed-up at a fixed batch per rank.", all)};
}

}  // namespace scalemark::report
