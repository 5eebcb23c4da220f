#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "core/needed_repetitions.h"
#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::LossCause;
using analysis::LostSpeedup;
using analysis::ScalingKind;

constexpr const char* kHowItAdds =
    " The ideal speed-up minus the parts is the measured speed-up. Each part is the ideal speed-up times a share of "
    "the measured step: what the cause takes beyond what it takes in the baseline. Parts are means over the "
    "repetitions, with 95 % intervals. Smaller batch: what the baseline's ranks lose at this batch per rank. Exposed "
    "communication: full minus no_sync, without the next part. Backward slowed by the reduction: how much later "
    "backward ends in full than in no_sync. Input: full minus cached_input. Waiting: in no_sync, steps of the "
    "slowest rank minus those of the fastest, without input. Residual: what the other parts leave, for instance "
    "compute that is slower beside other ranks. It holds every cause that was not measured, and is negative if two "
    "causes overlap.";

constexpr std::array<LossCause, 6> kCauses{LossCause::kSmallerBatch,   LossCause::kCommunication,
                                           LossCause::kSlowedBackward, LossCause::kInput,
                                           LossCause::kWaiting,        LossCause::kResidual};

/// "a; b", or "every case" where all of them are meant.
std::string names_text(const std::vector<std::string>& names, std::size_t all) {
  return names.size() == all ? "any case" : fmt::format("{}", fmt::join(names, "; "));
}

/// Which causes these files cannot tell apart, and in which cases.
std::string unsplit_text(const std::vector<LostSpeedup>& all) {
  std::vector<std::string> backward, waiting, texts;
  for (const auto& lost : all) {
    if (!lost.splits_backward) backward.push_back(lost.key.name);
    if (!lost.splits_waiting) waiting.push_back(lost.key.name);
  }
  if (!backward.empty()) {
    texts.push_back(
        fmt::format("The end of backward was not recorded for {}: exposed communication includes backward slowed by "
                    "the reduction.",
                    names_text(backward, all.size())));
  }
  if (!waiting.empty()) {
    texts.push_back(fmt::format(
        "Waits for batches were not recorded for {}: input that stalls at random counts both as input and as waiting.",
        names_text(waiting, all.size())));
  }
  return fmt::format("{}", fmt::join(texts, " "));
}

/// "input (needs about 40 repetitions)": what is not known to be a loss or none.
std::string undecided_text(const LostSpeedup& lost) {
  constexpr double kRoundingShare = 1e-9;
  std::vector<std::string> open;
  for (const auto& part : lost.parts) {
    const Interval& share = part.share;
    if (!std::isfinite(share.estimate) || share.low > 0.0 || share.high < 0.0) continue;
    if (share.high - share.low < kRoundingShare) continue;  // known to be 0: one rank waits for nobody
    open.push_back(fmt::format("{} ({})", names_of(part.cause).title,
                               needed_text(repetitions_to_exclude(share, 0.0, lost.rounds))));
  }
  return fmt::format("{}", fmt::join(open, ", "));
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
      .text("may be zero", "undecided", undecided_text)
      .text("", "baseline", &LostSpeedup::baseline)
      .text("", "same_batch_reference", &LostSpeedup::reference)
      .count("", "paired_repetitions", [](const LostSpeedup& lost) { return lost.paired ? lost.rounds : 0; });
  return columns;
}

}  // namespace

std::string needed_text(std::size_t repetitions) {
  if (repetitions == 0) return "needs more repetitions";
  if (repetitions >= kMostNeededRepetitions)
    return fmt::format("needs more than {} repetitions", kMostNeededRepetitions);
  return fmt::format("needs about {} repetitions", repetitions);
}

Section lost_speedup_section(ScalingKind kind, const std::vector<LostSpeedup>& all) {
  const auto columns = lost_speedup_columns(kind);
  Section section;
  if (kind == ScalingKind::kFixedGlobalBatch) {
    section = {
        "Lost speed-up: fixed global batch",
        "Where the speed-up at a fixed global batch went; the parts are defined as for a fixed batch per rank. Cases "
        "with the smaller batch were measured in another block of cases; the intervals leave out the machine's drift "
        "between blocks.",
        columns.table("lost_speedup_fixed_global_batch", "No case has a speed-up at a fixed global batch.", all)};
  } else {
    section = {
        "Lost speed-up: fixed batch per rank",
        std::string(
            "Where the speed-up at a fixed batch per rank went. It is the speed-up of the throughput, and of an "
            "estimated epoch.") +
            kHowItAdds,
        columns.table("lost_speedup_fixed_batch_per_rank", "No case has a speed-up at a fixed batch per rank.", all)};
  }
  section.note = unsplit_text(all);
  return section;
}

}  // namespace scalemark::report
