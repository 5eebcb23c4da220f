#include "report/tables/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "core/utf8.h"

namespace scalemark::report {
namespace {

std::string padded(const std::string& text, std::size_t width, bool left) {
  const std::string spaces(width - std::min(width, character_count(text)), ' ');
  return left ? text + spaces : spaces + text;
}

}  // namespace

std::string cell_text(const Cell& cell, Unit unit) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* count = std::get_if<std::int64_t>(&cell)) {
    return unit == Unit::kNone ? fmt::format("{}", *count) : to_text(static_cast<double>(*count), unit);
  }
  if (const auto* number = std::get_if<double>(&cell)) return to_text(*number, unit);
  if (const auto* interval = std::get_if<Interval>(&cell)) return to_text(*interval, unit);
  return kNotMeasuredText;
}

std::string text_table(const Table& table) {
  std::vector<std::vector<std::string>> lines(table.rows.size() + 1);
  std::string text;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (table.columns[column].title.empty()) continue;
    lines[0].push_back(table.columns[column].title);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      lines[row + 1].push_back(cell_text(table.rows[row][column], table.columns[column].unit));
    }
    std::size_t width = 0;
    for (const auto& line : lines) width = std::max(width, character_count(line.back()));
    for (auto& line : lines) line.back() = padded(line.back(), width, table.columns[column].is_text());
  }
  for (const auto& line : lines) {
    std::string joined = fmt::format("{}", fmt::join(line, "  "));
    joined.erase(joined.find_last_not_of(' ') + 1);
    text += joined + "\n";
  }
  return text;
}

}  // namespace scalemark::report
