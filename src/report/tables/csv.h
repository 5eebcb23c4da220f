#pragma once

#include <string>

#include "report/tables/table.h"

namespace scalemark::report {

/// The table as RFC 4180 text: one header row, every column, numbers at full precision, NaN as an empty field.
std::string csv_text(const Table& table);

}  // namespace scalemark::report
