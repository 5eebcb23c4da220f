#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/quantity_text.h"
#include "core/statistics.h"

namespace scalemark::report {

/// monostate and NaN: not measured.
using Cell = std::variant<std::monostate, std::string, std::int64_t, double, Interval>;

enum class ColumnKind {
  kNumber,
  kInterval,
  kText,
  kRemark,  ///< a text that the table's remarks say too, for writers that show those nowhere else
};

struct Column {
  std::string title;     ///< in Markdown; empty: the column is in the CSV file only
  std::string csv_name;  ///< with its unit; an interval adds <csv_name>_low and <csv_name>_high. Empty: on pages only
  Unit unit = Unit::kNone;
  ColumnKind kind = ColumnKind::kNumber;

  bool is_text() const { return kind == ColumnKind::kText || kind == ColumnKind::kRemark; }
};

inline Column text_column(const std::string& title, const std::string& csv_name) {
  return {title, csv_name, Unit::kNone, ColumnKind::kText};
}
inline Column remark_column(const std::string& title, const std::string& csv_name) {
  return {title, csv_name, Unit::kNone, ColumnKind::kRemark};
}
inline Column number_column(const std::string& title, const std::string& csv_name, Unit unit = Unit::kNone) {
  return {title, csv_name, unit, ColumnKind::kNumber};
}
inline Column interval_column(const std::string& title, const std::string& csv_name, Unit unit) {
  return {title, csv_name, unit, ColumnKind::kInterval};
}

/// What a writer that has room says below a number: why it is withheld, or what weakens it.
struct Remark {
  std::size_t row = 0;
  std::size_t column = 0;
  std::string text;
};

/// A table before any formatting; the writers know nothing else.
struct Table {
  std::string name;         ///< stem of the CSV file
  std::string title;        ///< empty: in a CSV file only
  std::string explanation;  ///< what is held fixed, how the numbers are defined
  std::string if_empty;     ///< said in place of a table without rows
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::vector<Remark> remarks{};
};

}  // namespace scalemark::report
