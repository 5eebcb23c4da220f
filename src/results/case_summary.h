#pragma once

#include <vector>

#include "core/statistics.h"
#include "results/records.h"

namespace scalemark::results {

/// Per repetition, the median over its steps of the step's time, which is the maximum over ranks. Seconds,
/// [repetition].
std::vector<double> repetition_medians(const StepSamples& samples);

/// Fills the derived columns of record.row (step_seconds and its interval, images_per_second, the three of epochs,
/// load/compute/comm/exposed_comm seconds, peak memory, final loss, accuracies) from the record's samples; a column
/// whose samples are missing becomes NaN.
void summarize(CaseRecord& record);

}  // namespace scalemark::results
