#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/hdf5_handle.h"
#include "results/records.h"

namespace scalemark::results {

/// Writes rows as a compound data set [row]; the catalogue (quantities.h) says which.
void write_table(const Handle& parent, const std::string& name, std::span<const CaseRow> rows);
void write_table(const Handle& parent, const std::string& name, std::span<const RankRow> rows);

/// Reads such a table, of any version: columns that it lacks are read as the catalogue says, columns that the catalogue
/// does not know are left out. @throws Hdf5Error for a missing column that cannot be done without, or one of another
/// kind.
std::vector<CaseRow> read_case_table(const Handle& parent, const std::string& name);
std::vector<RankRow> read_rank_table(const Handle& parent, const std::string& name);

}  // namespace scalemark::results
