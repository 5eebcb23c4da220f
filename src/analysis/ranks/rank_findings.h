#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "core/statistics.h"

namespace scalemark::analysis {

/// Something about one rank that costs the others time, or makes its own steps uneven.
struct RankFinding {
  CaseKey key;
  std::int32_t rank = 0;
  std::string host;
  std::string device;
  std::string device_uuid;  ///< empty on a CPU
  std::string kind;         ///< "slow compute", "late at the first bucket", "periodic spikes", "spikes", "drift"
  Interval excess_seconds;  ///< of a step; over the median of the other ranks, or over the rank's own median
  std::string text;
};

/// Says, in a sentence for the report, what is tested and when a rank is named.
std::string rank_criteria();

/// Compares the ranks of a case by durations of their own clocks, in arms and phases where none waits for another.
/// At most one rank, the worst, is named per kind.
std::vector<RankFinding> rank_findings(const MeasuredCase& one);

/// "rank 1 (node2, GPU-1234)".
std::string rank_name(const RankFinding& finding);

}  // namespace scalemark::analysis
