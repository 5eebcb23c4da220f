#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/hdf5_handle.h"
#include "results/records.h"

namespace scalemark::results {

/// Writes rows as a compound data set [row]; the columns' names and order are fixed by the schema.
void write_table(const Handle& parent, const std::string& name, std::span<const CaseRow> rows);
void write_table(const Handle& parent, const std::string& name, std::span<const RankRow> rows);

/// Reads such a table. @throws Hdf5Error where a column is missing or of another kind.
std::vector<CaseRow> read_case_table(const Handle& parent, const std::string& name);
std::vector<RankRow> read_rank_table(const Handle& parent, const std::string& name);

}  // namespace scalemark::results
