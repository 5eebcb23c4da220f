#pragma once

#include <memory>

#include "comm/mpi/chunked_collectives.h"
#include "mpi/mpi_comm.h"

namespace scalemark::comm {

/// By MPI messages, over any network. `ranks` outlives it.
std::unique_ptr<ChunkedCollectives> make_message_collectives(const mpi::MpiComm& ranks);

}  // namespace scalemark::comm
