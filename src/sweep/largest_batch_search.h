#pragma once

#include <functional>

#include "config/experiment.h"
#include "sweep/progress.h"
#include "sweep/sweep_job.h"
#include "sweep/visit_runner.h"

namespace scalemark::sweep {

/// Whether this job has to end before this case's next visit; the same on every rank.
using StopAgreed = std::function<bool(const config::CaseConfig&)>;

/// Collective over all ranks: gives the case the largest batch that fits, found by probes that are cases of their own
/// in the file. What they say is all that the search remembers, so that it goes on where a stopped job left it.
/// @returns false where this job has to stop.
bool find_largest_batch(config::CaseConfig& config, SweepJob& job, VisitRunner& runner, const StopAgreed& stop_agreed,
                        Progress& progress);

}  // namespace scalemark::sweep
