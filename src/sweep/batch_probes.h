#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/experiment.h"
#include "results/records.h"
#include "sweep/batch_search.h"

namespace scalemark::sweep {

/// The case at this batch per rank, shortened to what shows whether it fits: a few steps of one repetition.
config::CaseConfig probe_of(const config::CaseConfig& config, std::int64_t batch_per_gpu);

/// What the records say about batches that were tried for a case. One that the job died of twice does not fit; one that
/// it died of once counts as not tried.
std::vector<TriedBatch> tried_batches(const std::vector<results::CaseRecord>& records, const std::string& case_id);

}  // namespace scalemark::sweep
