#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/hdf5_handle.h"
#include "results/training/target_run.h"

namespace scalemark::results {

/// Writes the group `target` of a case; nothing where there is no run. What lies beyond a run's end is NaN.
void write_target(const Handle& parent, const std::vector<TargetRun>& runs);

/// Reads the group `target` of a case back. @throws Hdf5Error
std::vector<TargetRun> read_target(const Handle& parent);

/// What no runs of one case can be: two of one seed, series of several lengths, epochs that do not grow, counts below
/// 0, accuracies that are no fraction. Empty where they are sound.
std::string target_complaint(const std::vector<TargetRun>& runs);

/// Bytes that the runs take in a file, as long as the longest each.
std::size_t stored_bytes_of(const std::vector<TargetRun>& runs);

}  // namespace scalemark::results
