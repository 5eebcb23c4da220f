#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/records.h"

namespace scalemark::analysis {

/// The steps of an arm less each rank's own wait for the batch of that step; nullopt where a wait was not recorded.
std::optional<results::StepSamples> steps_without_waits(const results::CaseRecord& record, const std::string& arm);

/// [repetition] How long after its batch was there the last rank of a step ended backward, mean over the steps, in
/// seconds; empty where one of the two points was not recorded.
std::vector<double> backward_end_seconds(const results::CaseRecord& record, const std::string& arm);

}  // namespace scalemark::analysis
