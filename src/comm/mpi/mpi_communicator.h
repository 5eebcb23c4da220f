#pragma once

#include <memory>

#include "comm/communicator.h"

namespace scalemark::comm {

enum class HostPath {
  kSharedMemory,  ///< inside a host, where all ranks are on one
  kMessages,      ///< as between hosts
};

/// The group of all ranks for CPU tensors, over a communicator of its own. Collective over MPI_COMM_WORLD.
std::unique_ptr<Communicator> make_mpi_communicator(HostPath path = HostPath::kSharedMemory);

}  // namespace scalemark::comm
