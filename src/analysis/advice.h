#pragma once

#include <string>
#include <vector>

#include "analysis/breakdown.h"
#include "analysis/case_set.h"
#include "analysis/lost_speedup.h"
#include "analysis/rank_findings.h"

namespace scalemark::analysis {

/// What a case loses most speed-up to, how surely, and what to try against it.
struct Advice {
  CaseKey key;
  ScalingKind kind = ScalingKind::kFixedWorkPerRank;
  std::string text;  ///< one sentence; two where the input also slows the baseline, which no efficiency shows
};

/// The cause with the largest share of the step whose interval lies above 0. `rank_findings` and `input` are the
/// report's, of all cases.
Advice advice_on(const LostSpeedup& lost, const results::CaseRow& row, const std::vector<RankFinding>& rank_findings,
                 const std::vector<ArmCost>& input);

}  // namespace scalemark::analysis
