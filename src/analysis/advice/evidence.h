#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/advice/host_cores.h"
#include "analysis/case_set.h"
#include "analysis/lost_speedup.h"
#include "analysis/ranks/rank_findings.h"

namespace scalemark::analysis {

/// What two independent measurements say of one cause, in seconds of a step beyond the reference's.
struct CauseEvidence {
  LossCause cause = LossCause::kResidual;
  Interval share = kNoInterval;            ///< of the step, by the difference of two arms
  double seconds = results::kNotMeasured;  ///< the same in seconds
  double low_seconds = results::kNotMeasured;
  double checked_seconds = results::kNotMeasured;  ///< by the other measurement; NaN where there is none
  bool upper_bound = false;                        ///< `checked_seconds` is the most that the cause can take

  /// The interval lies above 0, and the estimate is worth the while.
  bool significant() const;

  /// Both measurements agree: the second one holds at least a third of the first, or allows it where it is a bound.
  bool confirmed() const;
};

/// A device's lowest clock, and how often it was found lowered.
struct ClockEvidence {
  double over_reference = results::kNotMeasured;  ///< lowest clock of the case over that of the reference
  double over_others = results::kNotMeasured;     ///< lowest clock of the slow rank over the median of the others'
  double slowdown_fraction = 0.0;                 ///< of the looks: lowered by power or by heat, on the worst rank
};

/// A rank that computes longer than the others in steps without reduction.
struct SlowRank {
  std::int32_t rank = 0;
  std::string host;
  std::string device_uuid;
};

/// Everything that the advice on one case rests on.
struct Evidence {
  CaseKey key;
  ScalingKind kind = ScalingKind::kFixedWorkPerRank;
  std::vector<CauseEvidence> causes;  ///< one per part of the lost speed-up that has a number, in its order
  std::vector<LossCause> unknown;     ///< those without a number, which the residual holds
  HostCores host;
  ClockEvidence clocks;
  std::optional<SlowRank> slow_rank;
  double reduction_seconds = results::kNotMeasured;  ///< of all gradients, without compute
  double backward_seconds = results::kNotMeasured;   ///< of the phase pass, which reduces afterwards
  double bus_bandwidth = results::kNotMeasured;      ///< bytes per second
  Interval input_seconds = kNoInterval;              ///< full - cached_input of the case itself
  double input_share = results::kNotMeasured;        ///< of the step
  double wait_seconds = results::kNotMeasured;       ///< for the batch and its transfer, of the slowest rank
};

/// Gathers what the files hold about a case that lost speed-up. `cases` are those that `lost` was made from, and
/// `findings` those of all cases.
Evidence evidence_on(const LostSpeedup& lost, std::span<const MeasuredCase> cases,
                     const std::vector<RankFinding>& findings);

}  // namespace scalemark::analysis
