#pragma once

#include <vector>

#include "results/hdf5_handle.h"
#include "results/records.h"

namespace scalemark::results {

/// Writes /comm, one group per collective; nothing where there are none.
void write_comm(const Handle& file, const std::vector<CommRecord>& records);

/// Reads /comm back; empty where the file has none. @throws Hdf5Error for a group whose data sets do not fit each
/// other.
std::vector<CommRecord> read_comm(const Handle& file);

/// @throws std::invalid_argument for a record whose series do not fit each other.
void check_comm_record(const CommRecord& record);

}  // namespace scalemark::results
