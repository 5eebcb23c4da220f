#pragma once

#include "results/hdf5_handle.h"
#include "results/records.h"

namespace scalemark::results {

/// Writes the attributes of the root and /provenance.
void write_header(const Handle& file, const ResultFile& header);

/// Writes the root's attribute `history` anew.
void write_history(const Handle& file, const std::string& history);

/// Reads them back; `cases` stays empty. @throws Hdf5Error for another schema than scalemark/1.
ResultFile read_header(const Handle& file);

}  // namespace scalemark::results
