#pragma once

#include <optional>
#include <vector>

#include "analysis/advice/evidence.h"

namespace scalemark::analysis {

/// What limits a case: each asks for another remedy.
enum class Limit {
  kNone,              ///< no loss that stands out of the noise and that two measurements agree on
  kNotMeasured,       ///< the loss is in what no arm measured
  kOtherLoad,         ///< work of others takes cores that the ranks need
  kCores,             ///< the ranks' own threads are more than the cores of a host
  kLoweredClocks,     ///< a device runs at lower clocks than others, or than it does in the reference
  kSlowRank,          ///< one rank computes longer throughout
  kUnevenRanks,       ///< ranks compute longer in turn
  kInput,             ///< ranks wait for batches, and a host has cores for more loader threads
  kInputOnFullCores,  ///< ranks wait for batches on a host without cores for more loader threads
  kLongReduction,     ///< the reduction takes longer than backward, which could hide no more than its own length
  kReductionTail,     ///< the reduction would fit beside backward, and yet ends after it
  kContention,        ///< backward and the reduction beside it take cores or bandwidth from each other
  kSmallerBatch,      ///< the device works less well on a smaller batch
  kCrowdedHost,       ///< compute is slower beside other ranks, though each thread has a core
  kSlowerCompute,     ///< compute is slower than in the reference, for a reason that was not measured
};

/// What limits a case most, how surely, and what the choice rests on.
struct Advice {
  CaseKey key;
  ScalingKind kind = ScalingKind::kFixedWorkPerRank;
  Limit limit = Limit::kNone;
  std::optional<CauseEvidence> cause;   ///< the loss that is explained; empty for kNone, and for kOtherLoad perhaps
  std::vector<CauseEvidence> doubtful;  ///< significant by their arms, and not confirmed by another measurement
  bool input_on_baseline_too = false;   ///< the input takes time that no efficiency shows
  Evidence evidence;
};

/// Decides from the numbers alone. Cores and threads come first: a host without a free core explains slow input,
/// compute and ranks alike. Then counts the confirmed cause with the largest share of the step.
Advice advice_on(Evidence evidence);

}  // namespace scalemark::analysis
