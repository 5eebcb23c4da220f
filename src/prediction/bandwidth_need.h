#pragma once

#include "prediction/network_model.h"
#include "prediction/overlap_simulation.h"

namespace scalemark::prediction {

/// The bandwidth between nodes (inside the node, where all ranks fit into one) that brings the efficiency to 90 %,
/// where so many ranks are at work. NaN where none is enough.
/// @param ideal_seconds  the step at an efficiency of 1
double bytes_per_second_needed(const ComputeSchedule& compute, NetworkModel network, int ranks, double ideal_seconds);

}  // namespace scalemark::prediction
