#pragma once

#include <string>

#include "collectives/operation.h"
#include "results/records.h"

namespace scalemark::collectives {

// nccl-tests' table, column by column, so that what reads theirs reads this. A time is nccl-tests' too: that of many
// calls in a row over their number, mean over the ranks. Where a record lacks it, the median over the repetitions of
// the slowest rank's.

std::string table_header();

/// The row of the size `size`, an index into record.bytes.
std::string table_row(const Operation& operation, const results::CommRecord& record, std::size_t size);

/// "# Out of bounds values : 0 OK", "# Avg bus bandwidth : 12.3", what the links give (record.links), each size as
/// nccl-tests does it, as a graph and by the host's time for a call, and the percentiles of the repetitions one by one.
/// No word of the header stands here again: who reads nccl-tests' table looks for its last "out-of-place".
std::string table_footer(const Operation& operation, const results::CommRecord& record);

std::int64_t wrong_elements(const results::CommRecord& record);

}  // namespace scalemark::collectives
