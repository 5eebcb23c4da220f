#pragma once

#include <string>

#include "report/tables/table.h"

namespace scalemark::report {

/// Any cell, for a reader.
std::string cell_text(const Cell& cell, Unit unit);

/// Rows under a header, padded to equal width by spaces; columns that are not text are aligned right, those without a
/// title are left out.
std::string text_table(const Table& table);

}  // namespace scalemark::report
