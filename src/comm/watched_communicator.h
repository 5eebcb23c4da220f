#pragma once

#include <memory>

#include "comm/communicator.h"
#include "core/activity.h"

namespace scalemark::comm {

/// `inner`, and every group split off it, tells `activity` of each all-reduce that is started and of each wait for one:
/// what the rank monitor compares between ranks.
std::unique_ptr<Communicator> make_watched_communicator(std::unique_ptr<Communicator> inner, Activity& activity);

}  // namespace scalemark::comm
