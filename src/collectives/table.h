#pragma once

#include <string>

#include "collectives/operation.h"
#include "results/records.h"

namespace scalemark::collectives {

// nccl-tests' table, column by column, so that what reads theirs reads this. A time is the median over the repetitions
// of the slowest rank's.

std::string table_header();

/// The row of the size `size`, an index into record.bytes.
std::string table_row(const Operation& operation, const results::CommRecord& record, std::size_t size);

/// "# Out of bounds values : 0 OK", "# Avg bus bandwidth : 12.3", and the percentiles of every size.
std::string table_footer(const Operation& operation, const results::CommRecord& record);

std::int64_t wrong_elements(const results::CommRecord& record);

}  // namespace scalemark::collectives
