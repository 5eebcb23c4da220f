#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// Seconds, [repetition][rank].
using SecondsByRank = std::vector<std::vector<double>>;

/// What the ranks of a case compute by themselves: steps of the no_sync arm, where no rank waits for another, less the
/// rank's own wait for the batch of each step. Where that was not recorded it is less the rank's typical input (load
/// and transfer) of the phase pass. All-reduce hides a slow rank in every other arm, since the fast ones wait for it
/// there.
struct RankCompute {
  SecondsByRank typical;        ///< median over the steps, less the median input
  std::vector<double> waiting;  ///< [repetition] mean over the steps of each step's slowest rank, less the mean step of
                                ///< the rank that is the fastest throughout; mean input left out
};

/// nullopt without a no_sync arm of several ranks.
std::optional<RankCompute> rank_compute(const MeasuredCase& one);

/// Per rank: how long after the start of its own step the first bucket of gradients is ready. Durations of the phase
/// pass, in which the ranks leave the reduction of the step before together. Empty where the pass was not recorded.
SecondsByRank first_bucket_seconds(const MeasuredCase& one);

/// Medians over the steps of one phase of the phase pass; empty where it was not recorded.
SecondsByRank phase_by_rank(const results::CaseRecord& record, const std::string& phase);

/// Medians over the steps of each rank of `samples`.
SecondsByRank typical_seconds(const results::StepSamples& samples);

/// The steps of one rank in one repetition, in their order.
std::vector<double> steps_of(const results::StepSamples& samples, std::int64_t repetition, std::int64_t rank);

/// [repetition] of one rank.
std::vector<double> series_of_rank(const SecondsByRank& seconds, std::size_t rank);

/// [repetition] the median of all ranks but one.
std::vector<double> median_of_others(const SecondsByRank& seconds, std::size_t rank);

}  // namespace scalemark::analysis
