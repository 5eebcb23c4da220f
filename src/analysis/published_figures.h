#pragma once

#include <string>

#include "analysis/scaling.h"

namespace scalemark::analysis {

// Published figures are entered, not measured here: of a case there is a step time or an epoch time, and no sample.

/// Time of the work that `kind` holds fixed, without bounds but those that were published: an epoch as stated, else
/// worked out of the step time; a step as stated, else worked out of the epoch time. NaN without either.
Interval published_seconds(ScalingKind kind, const results::CaseRecord& record);

/// The ratio of step times, base over one, from the quantity that both state: a step's time, or an epoch's over the
/// same data set. NaN where they state none in common.
double published_step_ratio(ScalingKind kind, const results::CaseRecord& base, const results::CaseRecord& one);

/// What a reader must know about an efficiency of two published figures: that it has no interval, and what it really
/// holds fixed where it was worked out of epoch times.
std::string published_caveat(ScalingKind kind, const results::CaseRecord& base, const results::CaseRecord& one);

}  // namespace scalemark::analysis
