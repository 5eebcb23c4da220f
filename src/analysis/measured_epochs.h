#pragma once

#include <vector>

#include "analysis/case_set.h"
#include "analysis/scaling.h"

namespace scalemark::analysis {

/// Seconds of each measured epoch but the first, which pays for the start; for every image once. Empty where fewer than
/// two epochs were measured.
std::vector<double> later_epochs(const results::CaseRecord& record);

/// Fills a row of a fixed data set with the measured epochs of its case; nothing where none was measured.
void take_measured_epochs(const MeasuredCase& one, ScalingRow& row);

/// Fills a row of a fixed data set with the measured epochs of both sides, and its speed-up with their ratio; nothing
/// where a side has none. Its interval is over epochs and needs two a side.
void take_measured_epochs(const MeasuredCase& base, const MeasuredCase& one, ScalingRow& row);

}  // namespace scalemark::analysis
