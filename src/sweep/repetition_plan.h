#pragma once

#include <cstddef>
#include <vector>

#include "config/experiment.h"
#include "results/records.h"

namespace scalemark::sweep {

/// What the pilot says of a case with `measure.repetitions: auto`.
struct RepetitionDecision {
  std::size_t case_index;
  int planned;          ///< repetitions that the case is to have, the pilot's included
  std::int64_t wanted;  ///< those that its precision needs; more than `planned` where measure.most_repetitions is less
};

/// One decision for each case that is ok, has its pilot complete and was not decided on before: as many repetitions as
/// bring every ratio that the case is part of, or its step time where it is part of none, to `measure.precision`
/// (core/two_stages.h, on logarithms of mean steps). Cases that are not ok take part in no ratio.
/// @param records  what the result file holds, in any order.
std::vector<RepetitionDecision> decide_repetitions(const std::vector<config::CaseConfig>& cases,
                                                   const std::vector<results::CaseRecord>& records);

/// `cases` with `measure.repetitions` as decided on in this job or an earlier one.
std::vector<config::CaseConfig> with_decisions(std::vector<config::CaseConfig> cases,
                                               const std::vector<results::CaseRecord>& records);

/// The half width of the 95 % interval of what a case's precision is about, as a fraction: of the widest of its ratios,
/// or of its step time. NaN where fewer than two repetitions are there.
double precision_reached(std::size_t case_index, const std::vector<config::CaseConfig>& cases,
                         const std::vector<results::CaseRecord>& records);

}  // namespace scalemark::sweep
