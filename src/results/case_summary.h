#pragma once

#include <cstdint>
#include <vector>

#include "core/statistics.h"
#include "results/records.h"

namespace scalemark::results {

/// [step] The time of each step of one repetition, in seconds: that of its slowest rank, NaN where one is.
std::vector<double> slowest_of_steps(const StepSamples& samples, std::int64_t repetition);

/// Per repetition, the median over its steps of the step's time, which is the maximum over ranks. Seconds,
/// [repetition].
std::vector<double> repetition_medians(const StepSamples& samples);

/// Per repetition, the time that passed over the number of steps: the total of the slowest rank, in which a stall
/// counts once. Seconds, [repetition].
std::vector<double> repetition_means(const StepSamples& samples);

/// Per repetition, the mean over its steps of the slowest rank of each step: what a step would take if the ranks met
/// after each, of an arm in which they do not (no_sync) or of a phase. Seconds, [repetition].
std::vector<double> repetition_slowest_means(const StepSamples& samples);

/// The images that a measured epoch trained on: whole batches alone, so that it leaves some of the data set out, or
/// counts a few twice where the ranks cannot share it evenly. 0 where no epoch was measured.
std::int64_t images_per_epoch(const CaseRecord& record);

/// [epoch] What each measured epoch would have taken with every image of the data set once, so that epochs of several
/// batches and numbers of ranks can be compared: what is missing goes by the mean of all epochs but the first.
std::vector<double> whole_epoch_seconds(const CaseRecord& record);

/// `record.row` with the columns that follow from steps computed anew from the samples, whatever the file holds: below
/// schema minor 2 they came from medians. A column whose samples are missing stays as it is.
CaseRow row_from_samples(const CaseRecord& record);

/// Fills the derived columns of record.row (step_seconds, step_mean_seconds, their intervals, images_per_second, the
/// three of epochs, load/compute/comm/exposed_comm seconds, peak memory, final loss, accuracies) from the record's
/// samples; a column whose samples are missing becomes NaN.
void summarize(CaseRecord& record);

}  // namespace scalemark::results
