#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "results/records.h"

namespace scalemark::results {

/// What a number measures: `units` as in CF ("s", "byte", "1" for counts and fractions; empty for a text) and
/// `long_name`. The file holds both as attributes.
struct Quantity {
  const char* units;
  const char* long_name;
};

/// The values that make sense in a column; `scalemark import` refuses others.
enum class Range { kAny, kNotNegative, kPositive, kFraction };

/// What a reader does with a file that lacks the column.
enum class IfAbsent {
  kInitialValue,  ///< the row's member stays as records.h initialises it: NaN, an empty text
  kRefuse
};

template <class Row>
using Member = std::variant<std::string Row::*, CaseStatus Row::*, bool Row::*, std::int32_t Row::*,
                            std::int64_t Row::*, double Row::*>;

/// A column of /tables/cases or /tables/ranks.
template <class Row>
struct TableColumn {
  const char* name;  ///< in the result file, in CSV files and in messages
  Quantity quantity;
  Member<Row> member;
  Range range = Range::kAny;
  IfAbsent if_absent = IfAbsent::kInitialValue;
  int since_minor = 0;  ///< the first minor of the schema that has the column
};

/// The catalogue: every column of a table, in the file's order. The HDF5 reader and writer, `import` and the report's
/// tables of cases and ranks know their columns from here alone.
template <class Row>
std::span<const TableColumn<Row>> table_columns();
template <>
std::span<const TableColumn<CaseRow>> table_columns();
template <>
std::span<const TableColumn<RankRow>> table_columns();

/// Whether the two columns after the one at `index` hold the bounds of its 95 % interval: <name>_low and <name>_high.
template <class Row>
bool has_bounds(std::size_t index) {
  const auto columns = table_columns<Row>();
  const std::string name = columns[index].name;
  return index + 2 < columns.size() && columns[index + 1].name == name + "_low" &&
         columns[index + 2].name == name + "_high";
}

}  // namespace scalemark::results
