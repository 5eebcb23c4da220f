#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "report/tables/table.h"

namespace scalemark::report {

/// One column of a table whose rows are made from `Row`s: what stands above it, and what it takes from a row.
template <typename Row>
struct Column {
  ColumnHead head;
  std::function<Cell(const Row&)> cell;
  std::function<std::string(const Row&)> remark{};  ///< what is said below the cell, where it is not empty
};

/// Any whole number, text, number or interval as a cell.
template <typename Value>
Cell to_cell(const Value& value) {
  if constexpr (std::is_integral_v<Value>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (std::is_convertible_v<const Value&, std::string>) {
    return std::string(value);
  } else {
    return value;
  }
}

/// The columns of a table, in their order. Each is added in one line: its title, its name in the CSV file, its unit,
/// and a member of `Row` or a function of one.
template <typename Row>
class Columns {
 public:
  template <typename Get>
  Columns& text(const std::string& title, const std::string& csv_name, Get get) {
    return add({title, csv_name, Unit::kNone, ColumnKind::kText}, get);
  }

  template <typename Get>
  Columns& count(const std::string& title, const std::string& csv_name, Get get) {
    return add({title, csv_name, Unit::kNone, ColumnKind::kNumber}, get);
  }

  template <typename Get>
  Columns& number(const std::string& title, const std::string& csv_name, Unit unit, Get get) {
    return add({title, csv_name, unit, ColumnKind::kNumber}, get);
  }

  template <typename Get>
  Columns& interval(const std::string& title, const std::string& csv_name, Unit unit, Get get) {
    return add({title, csv_name, unit, ColumnKind::kInterval}, get);
  }

  /// What `remarked` says of other columns, for the writers that show it nowhere else.
  template <typename Get>
  Columns& remarks(const std::string& title, const std::string& csv_name, Get get) {
    return add({title, csv_name, Unit::kNone, ColumnKind::kRemark}, get);
  }

  /// Says `get` below the cells of the column that was added last.
  template <typename Get>
  Columns& remarked(Get get) {
    columns_.back().remark = [get](const Row& row) -> std::string { return std::invoke(get, row); };
    return *this;
  }

  template <typename Get>
  Columns& add(ColumnHead head, Get get) {
    columns_.push_back({std::move(head), [get](const Row& row) { return to_cell(std::invoke(get, row)); }});
    return *this;
  }

  /// Whether a column writes `csv_name` in the CSV file, as an interval's bound too.
  bool holds(const std::string& csv_name) const {
    return std::any_of(columns_.begin(), columns_.end(), [&csv_name](const Column<Row>& column) {
      const std::string& name = column.head.csv_name;
      const bool has_bounds = column.head.kind == ColumnKind::kInterval;
      return csv_name == name || (has_bounds && (csv_name == name + "_low" || csv_name == name + "_high"));
    });
  }

  template <typename Rows>
  Table table(const std::string& name, const std::string& if_empty, const Rows& rows) const {
    Table filled{name, if_empty};
    for (const auto& column : columns_) filled.columns.push_back(column.head);
    for (const Row& row : rows) add_row(row, filled);
    return filled;
  }

 private:
  void add_row(const Row& row, Table& table) const {
    std::vector<Cell> cells;
    for (const auto& column : columns_) {
      std::string remark = column.remark ? column.remark(row) : std::string();
      if (!remark.empty()) table.remarks.push_back({table.rows.size(), cells.size(), std::move(remark)});
      cells.push_back(column.cell(row));
    }
    table.rows.push_back(std::move(cells));
  }

  std::vector<Column<Row>> columns_;
};

/// A number of images; empty for 0, since some publications give no batch size.
inline Cell batch_cell(std::int64_t batch) { return batch == 0 ? Cell{} : Cell{batch}; }

/// Columns `case`, `ranks`, `batch per rank`, `global batch`, which most tables begin with, of rows that have a `key`.
template <typename Row>
Columns<Row> key_columns() {
  Columns<Row> columns;
  columns.text("case", "case", [](const Row& row) { return row.key.name; })
      .count("ranks", "ranks", [](const Row& row) { return row.key.ranks; })
      .count("batch per rank", "batch_per_rank", [](const Row& row) { return batch_cell(row.key.batch_per_rank); })
      .count("global batch", "global_batch", [](const Row& row) { return batch_cell(row.key.global_batch); });
  return columns;
}

}  // namespace scalemark::report
