#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "report/tables/table.h"

namespace scalemark::report {

/// Takes a text part by part.
using TextSink = std::function<void(std::string_view)>;

/// The table as RFC 4180 text, row by row: one header row, every column, numbers at full precision, NaN as an empty
/// field. A text that a spreadsheet would take for a formula (it begins with = + - @, and is no number) begins with an
/// apostrophe.
void write_csv(const Table& table, const TextSink& sink);

/// The same at once.
std::string csv_text(const Table& table);

}  // namespace scalemark::report
