#pragma once

#include <cstddef>
#include <string>

#include "core/statistics.h"
#include "report/tables/table.h"

namespace scalemark::report {

/// What stands for a value that was not measured: an en dash.
inline constexpr const char* kNotMeasuredText = "\u2013";

/// "12.3 ms [12.1, 12.6]": three digits at the interval's largest bound and one unit; without bounds "12.3 ms".
std::string to_text(const Interval& interval, Unit unit);

/// "12.3 ms", "93.4 %", "1.87".
std::string to_text(double value, Unit unit);

/// "10 ms": a round number at an axis, without trailing zeros.
std::string tick_text(double value, Unit unit);

/// Any cell, for a reader.
std::string to_text(const Cell& cell, Unit unit);

/// Rows under a header, padded to equal width by spaces; columns that are not text are aligned right.
std::string text_table(const Table& table);

}  // namespace scalemark::report
