#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "analysis/scaling.h"

namespace scalemark::analysis {

/// Why a step on n ranks takes longer than the baseline's step promises.
enum class LossCause {
  kSmallerBatch,    ///< the device works less well on the smaller batch per rank of a fixed global batch
  kCommunication,   ///< reduction after backward has ended: full - no_sync, less the next where it is known
  kSlowedBackward,  ///< backward that takes longer while a reduction runs beside it
  kInput,           ///< waiting for data: full - cached_input
  kWaiting,         ///< ranks that compute for different lengths: no_sync, the slowest less the fastest
  kResidual,        ///< what the others leave: slower compute beside other ranks, and where causes overlap
};

/// How a cause is named.
struct LossNames {
  const char* title;   ///< in tables and sentences: "exposed communication"
  const char* figure;  ///< where there is less room: "communication"
  const char* csv;     ///< in a column's name: "exposed_comm"
};
LossNames names_of(LossCause cause);

struct LossPart {
  LossCause cause = LossCause::kResidual;
  Interval speedup = kNoInterval;          ///< lost of the ideal speed-up; NaN where it was not measured
  Interval share = kNoInterval;            ///< of the measured step
  double seconds = results::kNotMeasured;  ///< of the mean step
  std::string unknown;                     ///< why there is no number; another part then holds this cause too
};

/// ideal - parts = measured, in units of speed-up. docs/measuring.md derives it.
struct LostSpeedup {
  CaseKey key;
  ScalingKind kind = ScalingKind::kFixedWorkPerRank;
  std::string baseline;
  std::int32_t baseline_ranks = 0;
  std::string reference;  ///< the baseline's case at the same batch per rank; empty where it was not measured
  double ideal = results::kNotMeasured;
  Interval measured = kNoInterval;
  double step_seconds = results::kNotMeasured;
  std::vector<LossPart> parts;   ///< one per cause, in the order of LossCause
  std::size_t rounds = 0;        ///< repetitions behind the intervals, of the side that has fewer
  bool splits_backward = false;  ///< else exposed communication holds slowed backward, for want of its recorded end
  bool splits_waiting = false;   ///< else waiting holds input that stalls at random, for want of recorded waits
  bool paired = false;           ///< case, baseline and reference took turns

  const LossPart& part(LossCause cause) const { return parts[static_cast<std::size_t>(cause)]; }
};

/// One waterfall per row of `rows` (of kFixedWorkPerRank or kFixedGlobalBatch) that has a speed-up. `cases` are those
/// that the rows were made from.
std::vector<LostSpeedup> lost_speedups(ScalingKind kind, std::span<const ScalingRow> rows,
                                       std::span<const MeasuredCase> cases);

}  // namespace scalemark::analysis
