#pragma once

#include <memory>

#include "comm/chunked_collectives.h"
#include "comm/mpi_comm.h"

namespace scalemark::comm {

/// Through memory that the ranks share. Collective; nullptr where they are on several hosts, or may not share memory.
std::unique_ptr<ChunkedCollectives> make_shared_collectives(const MpiComm& ranks);

}  // namespace scalemark::comm
