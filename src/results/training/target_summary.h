#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/intervals/crossing.h"
#include "results/records.h"

namespace scalemark::results {

/// The parameter `measure.target.test_accuracy` of the case; NaN where it has none.
double target_accuracy(const CaseRecord& record);

/// The run's first evaluation at or above `target`; empty where none is.
std::optional<std::size_t> reached_at(const TargetRun& run, double target);

/// The values of a run's series on both sides of the target, which evaluation `at` was the first to see reached.
Crossing crossing_at(const std::vector<double>& values, std::size_t at);

/// Fills what follows from record.target_runs: the columns of the target, over the seeds that have ended and NaN where
/// one of them fell short; images_per_second and epoch_seconds_estimated, from all that was trained; the accuracies,
/// means over seeds of each one's last evaluation. target_seconds has the interval of
/// core/intervals/crossing.h, since each crossing is known only to within an evaluation.
void summarize_targets(const CaseRecord& record, CaseRow& row);

}  // namespace scalemark::results
