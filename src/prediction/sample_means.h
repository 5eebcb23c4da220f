#pragma once

#include <vector>

#include "results/records.h"

namespace scalemark::prediction {

/// Mean over the steps of a repetition of the mean over ranks: seconds, [repetition].
std::vector<double> means_over_ranks(const results::StepSamples& samples);

}  // namespace scalemark::prediction
