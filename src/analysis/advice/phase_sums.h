#pragma once

#include <initializer_list>
#include <string_view>

#include "results/records.h"

namespace scalemark::analysis {

/// The sum of the named phases of the phase pass, [repetition, step, rank]; empty where none of them was recorded.
results::StepSamples phase_sum(const results::CaseRecord& record, std::initializer_list<std::string_view> names);

/// Mean over all steps and ranks; NaN without samples. Samples that were not measured are left out here and below.
double mean_of_all(const results::StepSamples& samples);

/// Mean over the steps of the rank that took the longest in each.
double mean_of_slowest(const results::StepSamples& samples);

/// Mean over the steps of the rank that took the least in each.
double mean_of_fastest(const results::StepSamples& samples);

/// How much longer the slowest rank of each step takes than the rank that is the fastest on average; 0 for one rank.
double mean_skew(const results::StepSamples& samples);

}  // namespace scalemark::analysis
