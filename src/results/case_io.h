#pragma once

#include "results/hdf5_handle.h"
#include "results/records.h"

namespace scalemark::results {

/// Writes the group /cases/<case>, `cases` being /cases; the record has passed check_record().
void write_case(const Handle& cases, const CaseRecord& record);

/// Reads the group of `row.case_id` back; the rows come from the tables. Without `samples` it has its attributes alone.
CaseRecord read_case(const Handle& cases, CaseRow row, std::vector<RankRow> rank_rows, bool samples);

}  // namespace scalemark::results
