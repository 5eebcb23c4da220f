#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "monitor/control_group.h"

namespace scalemark::monitor {

/// Collective: runs `step` on every rank of the group. It returns why it failed on this rank, or "".
/// @returns nullopt on every rank where it failed on none. Else the reasons, one per rank and "" where it did not fail,
/// on rank 0; an empty list on the other ranks.
std::optional<std::vector<std::string>> on_every_rank(const ControlGroup& group,
                                                      const std::function<std::string()>& step);

}  // namespace scalemark::monitor
