#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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

struct ColumnHead {
  std::string title;     ///< on pages; empty: the column is in the CSV file only
  std::string csv_name;  ///< with its unit; an interval adds <csv_name>_low and <csv_name>_high. Empty: on pages only
  Unit unit = Unit::kNone;  ///< how a number is shown; CSV files hold it unscaled
  ColumnKind kind = ColumnKind::kNumber;

  bool is_text() const { return kind == ColumnKind::kText || kind == ColumnKind::kRemark; }
};

/// What a writer that has room says below a number: why it is withheld, or what weakens it.
struct Remark {
  std::size_t row = 0;
  std::size_t column = 0;
  std::string text;
};

/// A table before any formatting. `Columns` fills it.
struct Table {
  std::string name;      ///< stem of the CSV file
  std::string if_empty;  ///< said in place of a table without rows
  std::vector<ColumnHead> columns{};
  std::vector<std::vector<Cell>> rows{};
  std::vector<Remark> remarks{};

  /// Hands over further rows one by one, which are too many to be held: for the CSV file alone. Refers to what the
  /// table was made of.
  std::function<void(const std::function<void(const std::vector<Cell>&)>&)> long_rows{};
};

}  // namespace scalemark::report
