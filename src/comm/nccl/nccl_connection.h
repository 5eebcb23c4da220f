#pragma once

#include <functional>
#include <memory>
#include <string>

#include "comm/nccl/nccl_comm.h"
#include "monitor/control_group.h"

namespace scalemark::comm {

/// How a rank comes to its part of a communicator.
struct NcclRecipe {
  using Make = std::function<std::unique_ptr<NcclComm>()>;

  /// Called on the rank's own thread before each attempt, so that it may talk to the other ranks. What it returns runs
  /// in another thread, and gives nullptr on a rank that is no part of the communicator.
  std::function<Make()> prepare;

  /// Starts the operations for which NCCL makes its connections, in that other thread. Its last error is told to the
  /// other ranks.
  std::function<void(NcclComm&)> connect;

  std::function<void()> make_room;  ///< gives back what memory this rank can, before the second attempt
  std::string place;                ///< this rank's GPU and host, for messages
};

/// Collective over `group`: a communicator that is connected, so that no later call on it has memory to ask for.
///
/// NCCL makes a connection between ranks, and one that fails for want of memory leaves the others waiting: no rank can
/// try again alone. A rank that fails raises an alarm, at which the others abort, and they agree: where memory was
/// missing all give back what they can and build once more.
/// @throws CommunicatorOutOfMemory on all ranks alike where memory was missing on one, twice; LaunchError on all ranks
///         alike for any other reason
std::shared_ptr<NcclComm> make_connected(monitor::ControlGroup& group, const NcclRecipe& recipe);

}  // namespace scalemark::comm
