#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <sstream>

#include "core/utf8.h"
#include "report/charts/svg.h"
#include "report/pages/html.h"
#include "report/tables/text_table.h"

namespace scalemark::report {
namespace {

constexpr std::size_t kLongestInline = 24;
constexpr std::size_t kLongestName = 48;
constexpr std::size_t kFewestRepeated = 3;
constexpr std::size_t kFewestAlike = 3;    // rows, for what all of them say to be said once
constexpr std::size_t kMostOnAPhone = 2;   // columns; a row of more becomes a block of lines there
constexpr std::size_t kMostOfAMatrix = 5;  // the same for short numbers
// In letters: what a page of 1280 pixels beside its contents has room for, and the least that texts need to be read.
constexpr std::size_t kLettersOfPage = 124;
constexpr std::size_t kLettersOfDensePage = 136;
constexpr std::size_t kLettersOfPhone = 46;  // beside each other on 390 pixels
constexpr std::size_t kLettersOfName = 34;
constexpr std::size_t kLettersOfText = 20;
constexpr std::size_t kLettersOfRemark = 24;
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
bool is_shown(const ColumnHead& head) { return !head.title.empty() && head.kind != ColumnKind::kRemark; }

std::string text_in(const Table& table, std::size_t row, std::size_t column) {
  return cell_text(table.rows[row][column], table.columns[column].unit);
}

bool is_remarked(const Table& table, std::size_t column) {
  return std::ranges::any_of(table.remarks, [column](const Remark& remark) { return remark.column == column; });
}

/// A column that says nothing, or the same in every row, takes no room.
bool is_alike(const Table& table, std::size_t column) {
  for (std::size_t row = 1; row < table.rows.size(); ++row) {
    if (text_in(table, row, column) != text_in(table, 0, column)) return false;
  }
  return true;
}

bool is_empty_column(const Table& table, std::size_t column) {
  return is_alike(table, column) && (is_blank(table.rows[0][column]) || text_in(table, 0, column).empty());
}

/// On one rank the global batch is the batch per rank, which stands beside it.
bool repeats_batch(const Table& table, std::size_t column) {
  if (column == 0 || table.columns[column].csv_name != "global_batch") return false;
  if (table.columns[column - 1].csv_name != "batch_per_rank") return false;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (text_in(table, row, column) != text_in(table, row, column - 1)) return false;
  }
  return true;
}

/// What a page makes of the columns of a table with a name (a matrix keeps all of its own): some stand in the table,
/// and what others say once and for all stands above it.
struct Layout {
  std::vector<std::size_t> columns;
  std::string same;
};

Layout layout_of(const Table& table) {
  Layout layout;
  std::vector<std::string> same;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (!is_shown(table.columns[column])) continue;
    const bool is_first = layout.columns.empty();
    const bool stays = is_first || is_remarked(table, column);
    if (!stays && !table.name.empty() && (is_empty_column(table, column) || repeats_batch(table, column))) continue;
    if (!stays && !table.name.empty() && table.rows.size() >= kFewestAlike && is_alike(table, column)) {
      same.push_back(table.columns[column].title + " " + text_in(table, 0, column));
    } else {
      layout.columns.push_back(column);
    }
  }
  if (!same.empty()) layout.same = fmt::format("In every row: {}.", fmt::join(same, "; "));
  return layout;
}

/// The longest part of a text that does not break, in letters.
std::size_t longest_word(const std::string& text) {
  std::size_t longest = 0;
  std::istringstream words(text);
  for (std::string word; words >> word;) longest = std::max(longest, character_count(word));
  return longest;
}

/// Letters that a cell needs: a number breaks before its bounds, a text anywhere.
std::size_t letters_of(const Table& table, std::size_t row, std::size_t column) {
  const std::string text = text_in(table, row, column);
  if (column == 0) return std::min(character_count(text), kLettersOfName);
  if (table.columns[column].is_text()) return std::min(character_count(text), kLettersOfText);
  const auto bounds = std::min(text.find('['), text.size());
  return std::max(character_count(text.substr(0, bounds)), character_count(text.substr(bounds)));
}

/// Room for a column, in letters with the gap beside them.
std::size_t width_of(const Table& table, std::size_t column) {
  std::size_t letters = longest_word(table.columns[column].title);
  for (std::size_t row = 0; row < table.rows.size(); ++row) letters = std::max(letters, letters_of(table, row, column));
  for (const auto& remark : table.remarks) {
    if (remark.column == column) letters = std::max(letters, std::min(remark.text.size(), kLettersOfRemark));
  }
  return letters + 2;
}

/// Columns side by side as far as they fit; each further part repeats what names the row.
std::vector<std::vector<std::size_t>> parts_of(const Table& table, const std::vector<std::size_t>& columns,
                                               std::size_t room) {
  std::vector<std::vector<std::size_t>> parts{{columns.front()}};
  const std::size_t first = width_of(table, columns.front());
  std::size_t used = first;
  for (const std::size_t column : std::span(columns).subspan(1)) {
    const std::size_t width = width_of(table, column);
    if (used + width > room && parts.back().size() > 1) {
      parts.push_back({columns.front()});
      used = first;
    }
    parts.back().push_back(column);
    used += width;
  }
  return parts;
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
    const bool is_short = character_count(text_in(table, row, column)) <= kLongestInline;
    const std::string tag = heads_row ? fmt::format("th scope=\"row\"{}", is_short ? " class=\"n\"" : "")
                                      : fmt::format("td{} data-of=\"{}\"", class_of(cell, table.columns[column]),
                                                    markup_escaped(table.columns[column].title));
    text += fmt::format("<{}>{}{}</{}>", tag, html_cell(cell, table.columns[column].unit),
                        remarks.below(row, column, is_blank(cell)), heads_row ? "th" : "td");
  }
  return fmt::format("<tr>{}</tr>\n", text);
}

std::string part_of(const Table& table, const Remarks& remarks, const std::vector<std::size_t>& columns,
                    const std::string& label, const std::string& classes) {
  std::string head;
  for (const std::size_t column : columns) {
    head += fmt::format("<th scope=\"col\"{}>{}</th>", table.columns[column].is_text() ? " class=\"t\"" : "",
                        markup_escaped(table.columns[column].title));
  }
  std::string body;
  for (std::size_t row = 0; row < table.rows.size(); ++row) body += row_of(table, remarks, columns, row);
  // A table that is wider than its frame for all that scrolls there, by keyboard too; the page never does.
  return fmt::format(
      "<div class=\"scroll{}\" tabindex=\"0\" role=\"region\" aria-label=\"table {}\">"
      "<table><thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div>\n",
      classes, markup_escaped(label), head, body);
}

}  // namespace

std::string html_table(const Table& table, const std::string& label) {
  if (table.rows.empty()) return fmt::format("<p class=\"empty\">{}</p>\n", markup_escaped(table.if_empty));
  const Remarks remarks(table);
  const Layout layout = layout_of(table);
  std::size_t letters = 0;
  for (const std::size_t column : layout.columns) letters += width_of(table, column);
  const bool dense = letters > kLettersOfPage;
  const std::size_t most_columns = table.name.empty() ? kMostOfAMatrix : kMostOnAPhone;
  const bool in_blocks = layout.columns.size() > most_columns || letters > kLettersOfPhone;
  const std::string classes = std::string(in_blocks ? " rows" : "") + (dense ? " dense" : "");
  std::string text = layout.same.empty() ? "" : fmt::format("<p class=\"same\">{}</p>\n", markup_escaped(layout.same));
  for (const auto& columns : parts_of(table, layout.columns, dense ? kLettersOfDensePage : kLettersOfPage))
    text += part_of(table, remarks, columns, label, classes);
  return text + remarks.footnotes();
}

}  // namespace scalemark::report
