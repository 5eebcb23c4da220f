#pragma once

#include <memory>

#include "comm/communicator.h"

namespace scalemark::comm {

/// The group of all ranks for CPU tensors, over a communicator of its own. Collective over MPI_COMM_WORLD.
std::unique_ptr<Communicator> make_mpi_communicator();

}  // namespace scalemark::comm
