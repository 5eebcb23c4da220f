#include "report/tables/csv.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string_view>
#include <system_error>
#include <vector>

namespace scalemark::report {
namespace {

bool is_number(const std::string& text) {
  const std::string digits = text.front() == '+' ? text.substr(1) : text;
  double value = 0.0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() && std::isfinite(value);
}

/// A spreadsheet takes a cell that begins so for a formula, which can call programs and send what other cells hold. An
/// apostrophe before it makes it a text.
bool is_formula(const std::string& text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos && !is_number(text);
}

std::string quoted(const std::string& cell) {
  std::string text = is_formula(cell) ? "'" + cell : cell;
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char character : text) {
    if (character == '"') result += '"';
    result += character;
  }
  return result + '"';
}

std::string number(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

void add_cell(const Cell& cell, bool is_interval, std::vector<std::string>& fields) {
  if (is_interval) {
    const auto* interval = std::get_if<Interval>(&cell);
    for (auto member : {&Interval::estimate, &Interval::low, &Interval::high}) {
      fields.push_back(interval ? number(interval->*member) : "");
    }
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    fields.push_back(quoted(*text));
  } else if (const auto* count = std::get_if<std::int64_t>(&cell)) {
    fields.push_back(fmt::format("{}", *count));
  } else {
    const auto* value = std::get_if<double>(&cell);
    fields.push_back(value ? number(*value) : "");
  }
}

std::string record_of(const std::vector<std::string>& fields) { return fmt::format("{}\r\n", fmt::join(fields, ",")); }

std::string header_of(const Table& table) {
  std::vector<std::string> header;
  for (const auto& column : table.columns) {
    if (column.csv_name.empty()) continue;
    header.push_back(quoted(column.csv_name));
    if (column.kind != ColumnKind::kInterval) continue;
    header.push_back(quoted(column.csv_name + "_low"));
    header.push_back(quoted(column.csv_name + "_high"));
  }
  return record_of(header);
}

std::string row_of(const Table& table, const std::vector<Cell>& row) {
  std::vector<std::string> fields;
  for (std::size_t column = 0; column < row.size(); ++column) {
    if (table.columns[column].csv_name.empty()) continue;
    add_cell(row[column], table.columns[column].kind == ColumnKind::kInterval, fields);
  }
  return record_of(fields);
}

}  // namespace

void write_csv(const Table& table, const TextSink& sink) {
  sink(header_of(table));
  for (const auto& row : table.rows) sink(row_of(table, row));
  if (table.long_rows) table.long_rows([&](const std::vector<Cell>& row) { sink(row_of(table, row)); });
}

std::string csv_text(const Table& table) {
  std::string text;
  write_csv(table, [&text](std::string_view part) { text += part; });
  return text;
}

}  // namespace scalemark::report
