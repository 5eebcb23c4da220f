#include <algorithm>
#include <functional>
#include <stdexcept>

#include "report/tables/tables.h"
#include "results/quantities.h"

namespace scalemark::report {
namespace {

using results::CaseRow;
using results::RankRow;

template <class Row>
struct CellColumn {
  Column column;
  std::function<Cell(const Row&)> cell;
};

Unit unit_of(const std::string& units, results::Range range) {
  if (units == "s") return Unit::kSeconds;
  if (units == "byte") return Unit::kBytes;
  if (units == "image/s") return Unit::kImagesPerSecond;
  return range == results::Range::kFraction ? Unit::kFraction : Unit::kNone;
}

Cell cell_of(const std::string& text) { return text; }
Cell cell_of(results::CaseStatus status) { return std::string(results::to_string(status)); }
Cell cell_of(bool value) { return std::string(value ? "true" : "false"); }
Cell cell_of(std::int32_t count) { return std::int64_t{count}; }
Cell cell_of(std::int64_t count) { return count; }
Cell cell_of(double value) { return value; }

/// The catalogue's column at `index` under `title`, or in the CSV file only where that is empty. A quantity with bounds
/// is shown as an interval.
template <class Row>
CellColumn<Row> catalogue_column(std::size_t index, const std::string& title = "") {
  const auto columns = results::table_columns<Row>();
  const auto& column = columns[index];
  const Unit unit = unit_of(column.quantity.units, column.range);
  if (results::has_bounds<Row>(index)) {
    const auto value = [columns](const Row& row, std::size_t at) {
      return row.*std::get<double Row::*>(columns[at].member);
    };
    return {interval_column(title, column.name, unit), [value, index](const Row& row) {
              return Interval{value(row, index), value(row, index + 1), value(row, index + 2)};
            }};
  }
  const auto cell = [&column](const Row& row) {
    return std::visit([&](auto member) { return cell_of(row.*member); }, column.member);
  };
  const bool is_number = std::holds_alternative<double Row::*>(column.member) ||
                         std::holds_alternative<std::int32_t Row::*>(column.member) ||
                         std::holds_alternative<std::int64_t Row::*>(column.member);
  return {is_number ? number_column(title, column.name, unit) : text_column(title, column.name), cell};
}

CellColumn<analysis::CaseLine> of_case(const std::string& name, const std::string& title = "") {
  const auto columns = results::table_columns<CaseRow>();
  const auto found = std::ranges::find(columns, name, &results::TableColumn<CaseRow>::name);
  if (found == columns.end()) throw std::invalid_argument("the catalogue has no column " + name);
  auto column = catalogue_column<CaseRow>(static_cast<std::size_t>(found - columns.begin()), title);
  return {column.column, [cell = column.cell](const analysis::CaseLine& line) { return cell(line.row); }};
}

std::vector<CellColumn<analysis::CaseLine>> page_columns(const analysis::Report& report) {
  return {{text_column("case", "name"), [](const analysis::CaseLine& line) { return line.key.name; }},
          of_case("case"),
          of_case("label"),
          {number_column("", "file"),
           [](const analysis::CaseLine& line) { return static_cast<std::int64_t>(line.file_index + 1); }},
          of_case("status", "status"),
          of_case("reason", "reason"),
          of_case("ranks", "ranks"),
          {number_column("batch per rank", "batch_per_rank"),
           [](const analysis::CaseLine& line) { return batch_cell(line.row.batch_per_rank); }},
          {number_column("global batch", "global_batch"),
           [](const analysis::CaseLine& line) { return batch_cell(line.row.global_batch); }},
          of_case("step_seconds", "step time"),
          of_case("images_per_second", "images/s"),
          of_case("peak_memory_bytes", "peak memory"),
          {text_column("flags", "flags"), [flags = flag_kinds(report)](const analysis::CaseLine& line) {
             const auto found = flags.find(line.key.name);
             return found == flags.end() ? std::string() : found->second;
           }}};
}

std::vector<CellColumn<analysis::CaseLine>> csv_columns() {
  return {of_case("model"),
          of_case("dataset"),
          of_case("mode"),
          of_case("precision"),
          of_case("optimizer"),
          of_case("loader_workers"),
          of_case("parameters"),
          {number_column("", "images"), [](const analysis::CaseLine& line) { return line.images; }},
          {number_column("", "repetitions"),
           [](const analysis::CaseLine& line) { return static_cast<std::int64_t>(line.repetitions); }},
          {number_column("", "planned_repetitions"),
           [](const analysis::CaseLine& line) { return line.planned_repetitions; }},
          of_case("epoch_seconds"),
          of_case("epoch_seconds_estimated"),
          of_case("first_epoch_seconds")};
}

/// What the page shows and what the first version of cases.csv held, in that order; then whatever else the catalogue
/// has.
std::vector<CellColumn<analysis::CaseLine>> case_columns(const analysis::Report& report) {
  auto columns = page_columns(report);
  for (auto& column : csv_columns()) columns.push_back(std::move(column));
  const auto is_there = [&columns](const std::string& name) {
    return std::ranges::any_of(columns, [&](const auto& one) {
      const std::string& shown = one.column.csv_name;
      const bool has_bounds = one.column.kind == ColumnKind::kInterval;
      return name == shown || (has_bounds && (name == shown + "_low" || name == shown + "_high"));
    });
  };
  for (const auto& column : results::table_columns<CaseRow>()) {
    if (!is_there(column.name)) columns.push_back(of_case(column.name));
  }
  return columns;
}

template <class Row>
void add_row(const std::vector<CellColumn<Row>>& columns, const Row& row, Table& table) {
  std::vector<Cell> cells;
  for (const auto& column : columns) cells.push_back(column.cell(row));
  table.rows.push_back(std::move(cells));
}

}  // namespace

Table case_table(const analysis::Report& report) {
  Table table{
      "cases",
      "Cases",
      "Step time: the maximum over ranks of each step, its median over a repetition, and the median of those; in "
      "brackets the 95 % interval over repetitions.",
      "The files hold no case: nothing was measured.",
      {},
      {}};
  const auto columns = case_columns(report);
  for (const auto& column : columns) table.columns.push_back(column.column);
  for (const auto& line : report.cases) add_row(columns, line, table);
  return table;
}

Table rank_table(const analysis::Report& report) {
  Table table{"ranks", "", "", "", {}, {}};
  std::vector<CellColumn<RankRow>> columns;
  for (std::size_t i = 0; i < results::table_columns<RankRow>().size(); ++i)
    columns.push_back(catalogue_column<RankRow>(i));
  for (const auto& column : columns) table.columns.push_back(column.column);
  for (const auto& line : report.cases) {
    for (RankRow rank : line.ranks) {
      rank.case_id = line.key.name;
      add_row(columns, rank, table);
    }
  }
  return table;
}

}  // namespace scalemark::report
