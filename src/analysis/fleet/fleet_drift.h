#pragma once

#include <vector>

#include "analysis/fleet/fleet.h"
#include "analysis/fleet/node_groups.h"

namespace scalemark::analysis {

/// How each group moved since the group of the same case and quantity in the baseline: the medians of all nodes, and
/// each node that is in both. The scatter is that of the nodes of `fleet` that do not stand out.
std::vector<DriftLine> drift_lines(const std::vector<NodeGroup>& now, const std::vector<NodeGroup>& before,
                                   const Fleet& fleet);

}  // namespace scalemark::analysis
