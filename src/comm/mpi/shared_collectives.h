#pragma once

#include <memory>

#include "comm/mpi/chunked_collectives.h"
#include "mpi/mpi_comm.h"

namespace scalemark::comm {

/// Through memory that the ranks share. Collective; nullptr where they are on several hosts, or may not share memory.
std::unique_ptr<ChunkedCollectives> make_shared_collectives(const mpi::MpiComm& ranks);

}  // namespace scalemark::comm
