#pragma once

#include <cstddef>

#include "results/hdf5_handle.h"

namespace scalemark::results {

/// How many cases the table in `tables` has besides the probes of `max_batch`. No row is read, since each costs memory:
/// a table of more than kMostCases rows is compared with the groups in `cases` that say of which case they are a probe.
/// @throws Hdf5Error for a table that is none.
std::size_t count_cases(const Handle& tables, const Handle& cases);

}  // namespace scalemark::results
