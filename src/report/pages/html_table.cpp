#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/charts/svg.h"
#include "report/pages/html.h"
#include "report/tables/text_table.h"

namespace scalemark::report {
namespace {

constexpr std::size_t kLongestInline = 24;
constexpr std::size_t kLongestName = 48;
constexpr std::size_t kFewestRepeated = 3;
constexpr const char* kNoBreakSpace = "\u00a0";

bool is_blank(const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return !std::isfinite(*number);
  if (const auto* interval = std::get_if<Interval>(&cell)) return !std::isfinite(interval->estimate);
  return std::holds_alternative<std::monostate>(cell);
}

/// Remarks on a table's cells, with those that recur numbered in the order of the rows.
class Remarks {
 public:
  explicit Remarks(const Table& table) {
    std::map<std::string, std::size_t> times;
    for (const auto& remark : table.remarks) ++times[remark.text];
    for (const auto& remark : table.remarks) {
      by_cell_[{remark.row, remark.column}] = &remark;
      const bool stands_for_number = is_blank(table.rows[remark.row][remark.column]);
      if (stands_for_number || remark.text.size() <= kLongestInline || times[remark.text] < kFewestRepeated) continue;
      if (numbers_.emplace(remark.text, footnotes_.size() + 1).second) footnotes_.push_back(remark.text);
    }
  }

  /// What stands below the number; empty where nothing is to be said.
  std::string below(std::size_t row, std::size_t column, bool blank) const {
    const auto found = by_cell_.find({row, column});
    if (found == by_cell_.end()) return "";
    const auto number = numbers_.find(found->second->text);
    if (number != numbers_.end() && !blank) return fmt::format("<sup>{}</sup>", number->second);
    return fmt::format("<small>{}</small>", markup_escaped(found->second->text));
  }

  std::string footnotes() const {
    std::string text;
    for (std::size_t i = 0; i < footnotes_.size(); ++i) {
      text += fmt::format("<li>{}</li>", markup_escaped(footnotes_[i]));
    }
    return text.empty() ? "" : fmt::format("<ol class=\"footnotes\">{}</ol>\n", text);
  }

 private:
  std::map<std::pair<std::size_t, std::size_t>, const Remark*> by_cell_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> footnotes_;
};

/// Columns that a reader sees: the remarks stand at the numbers already.
std::vector<std::size_t> shown_columns(const Table& table) {
  std::vector<std::size_t> shown;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (!table.columns[column].title.empty() && table.columns[column].kind != ColumnKind::kRemark)
      shown.push_back(column);
  }
  return shown;
}

/// A number breaks only before its bounds, so that a table is not wider than it must be.
std::string html_cell(const Cell& cell, Unit unit) {
  std::string text = markup_escaped(cell_text(cell, unit));
  if (std::holds_alternative<std::string>(cell)) return text;
  std::string bound;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool breakable = i + 1 < text.size() && text[i + 1] == '[';
    bound += text[i] == ' ' && !breakable ? kNoBreakSpace : text.substr(i, 1);
  }
  return bound;
}

/// Sentences get more room than names.
std::string class_of(const Cell& cell, const ColumnHead& column) {
  if (!column.is_text()) return "";
  const auto* text = std::get_if<std::string>(&cell);
  return text != nullptr && text->size() > kLongestName ? " class=\"t long\"" : " class=\"t\"";
}

std::string row_of(const Table& table, const Remarks& remarks, const std::vector<std::size_t>& columns,
                   std::size_t row) {
  std::string text;
  for (const std::size_t column : columns) {
    const Cell& cell = table.rows[row][column];
    const bool heads_row = column == columns.front();
    const std::string tag = heads_row ? "th scope=\"row\"" : "td" + class_of(cell, table.columns[column]);
    text += fmt::format("<{}>{}{}</{}>", tag, html_cell(cell, table.columns[column].unit),
                        remarks.below(row, column, is_blank(cell)), heads_row ? "th" : "td");
  }
  return fmt::format("<tr>{}</tr>\n", text);
}

}  // namespace

std::string html_table(const Table& table, const std::string& label) {
  if (table.rows.empty()) return fmt::format("<p class=\"empty\">{}</p>\n", markup_escaped(table.if_empty));
  const Remarks remarks(table);
  const std::vector<std::size_t> columns = shown_columns(table);
  std::string head;
  for (const std::size_t column : columns) {
    head += fmt::format("<th scope=\"col\"{}>{}</th>", table.columns[column].is_text() ? " class=\"t\"" : "",
                        markup_escaped(table.columns[column].title));
  }
  std::string body;
  for (std::size_t row = 0; row < table.rows.size(); ++row) body += row_of(table, remarks, columns, row);
  // A wide table scrolls within its frame, by keyboard too; the page never does.
  return fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"table {}\">"
      "<table><thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div>\n{}",
      markup_escaped(label), head, body, remarks.footnotes());
}

}  // namespace scalemark::report
