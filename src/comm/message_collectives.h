#pragma once

#include <memory>

#include "comm/chunked_collectives.h"
#include "comm/mpi_comm.h"

namespace scalemark::comm {

/// By MPI messages, over any network. `ranks` outlives it.
std::unique_ptr<ChunkedCollectives> make_message_collectives(const MpiComm& ranks);

}  // namespace scalemark::comm
