#include "report/json/table_json.h"

#include <array>
#include <utility>

namespace scalemark::report {
namespace {

/// What is behind the name of an interval's column, and the member that stands there.
constexpr std::array<std::pair<const char*, double Interval::*>, 3> kJsonInterval{
    {{"", &Interval::estimate}, {"_low", &Interval::low}, {"_high", &Interval::high}}};

/// As in the attribute `units` of a result file; empty where a number counts, or a text stands.
const char* json_unit(Unit unit) {
  switch (unit) {
    case Unit::kSeconds:
      return "s";
    case Unit::kBytes:
      return "B";
    case Unit::kBytesPerSecond:
      return "B/s";
    case Unit::kImagesPerSecond:
      return "images/s";
    case Unit::kFlops:
      return "flop";
    case Unit::kFlopsPerSecond:
      return "flop/s";
    case Unit::kJoules:
      return "J";
    case Unit::kWatts:
      return "W";
    case Unit::kFraction:
    case Unit::kRatio:
      return "1";
    case Unit::kCount:
    case Unit::kNone:
      break;
  }
  return "";
}

void add_json_column(JsonWriter& json, const ColumnHead& head, const std::string& name) {
  json.begin_object(JsonWriter::Layout::kOneLine)
      .member("name", name)
      .member("type", head.is_text() ? "text" : "number")
      .member("unit", json_unit(head.unit))
      .end_object();
}

void add_json_columns(JsonWriter& json, const Table& table) {
  json.key("columns").begin_array();
  for (const ColumnHead& head : table.columns) {
    if (head.csv_name.empty()) continue;
    for (const auto& [suffix, member] : kJsonInterval) {
      if (*suffix == '\0' || head.kind == ColumnKind::kInterval) add_json_column(json, head, head.csv_name + suffix);
    }
  }
  json.end_array();
}

void add_json_interval(JsonWriter& json, const std::string& name, const Cell& cell) {
  const auto* interval = std::get_if<Interval>(&cell);
  for (const auto& [suffix, member] : kJsonInterval) {
    json.key(name + suffix);
    if (interval != nullptr) {
      json.value(interval->*member);
    } else {
      json.null();
    }
  }
}

void add_json_cell(JsonWriter& json, const ColumnHead& head, const Cell& cell) {
  if (head.kind == ColumnKind::kInterval) {
    add_json_interval(json, head.csv_name, cell);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    json.member(head.csv_name, *text);
  } else if (const auto* count = std::get_if<std::int64_t>(&cell)) {
    json.member(head.csv_name, *count);
  } else if (const auto* number = std::get_if<double>(&cell)) {
    json.member(head.csv_name, *number);
  } else {
    json.key(head.csv_name).null();
  }
}

void add_json_rows(JsonWriter& json, const Table& table) {
  const auto add_row = [&](const std::vector<Cell>& row) {
    json.begin_object(JsonWriter::Layout::kOneLine);
    for (std::size_t column = 0; column < row.size(); ++column) {
      if (!table.columns[column].csv_name.empty()) add_json_cell(json, table.columns[column], row[column]);
    }
    json.end_object();
  };
  json.key("rows").begin_array();
  for (const auto& row : table.rows) add_row(row);
  if (table.long_rows) table.long_rows(add_row);
  json.end_array();
}

void add_json_remarks(JsonWriter& json, const Table& table) {
  json.key("remarks").begin_array();
  for (const Remark& remark : table.remarks) {
    const std::string& column = table.columns[remark.column].csv_name;
    if (column.empty()) continue;
    json.begin_object(JsonWriter::Layout::kOneLine)
        .member("row", remark.row)
        .member("column", column)
        .member("text", remark.text)
        .end_object();
  }
  json.end_array();
}

}  // namespace

void add_table(JsonWriter& json, const Table& table, const std::string& title) {
  json.key(table.name).begin_object().member("title", title);
  add_json_columns(json, table);
  add_json_rows(json, table);
  add_json_remarks(json, table);
  json.end_object();
}

void add_tables(JsonWriter& json, const std::vector<Section>& sections) {
  json.key("tables").begin_object();
  for (const Section& section : sections) add_table(json, section.table, section.title);
  json.end_object();
}

}  // namespace scalemark::report
