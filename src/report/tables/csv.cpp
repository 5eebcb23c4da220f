#include "report/tables/csv.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace scalemark::report {
namespace {

std::string quoted(const std::string& text) {
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

}  // namespace

std::string csv_text(const Table& table) {
  std::vector<std::string> header;
  for (const auto& column : table.columns) {
    if (column.csv_name.empty()) continue;
    header.push_back(quoted(column.csv_name));
    if (column.kind != ColumnKind::kInterval) continue;
    header.push_back(quoted(column.csv_name + "_low"));
    header.push_back(quoted(column.csv_name + "_high"));
  }
  std::string text = record_of(header);
  for (const auto& row : table.rows) {
    std::vector<std::string> fields;
    for (std::size_t column = 0; column < row.size(); ++column) {
      if (table.columns[column].csv_name.empty()) continue;
      add_cell(row[column], table.columns[column].kind == ColumnKind::kInterval, fields);
    }
    text += record_of(fields);
  }
  return text;
}

}  // namespace scalemark::report
