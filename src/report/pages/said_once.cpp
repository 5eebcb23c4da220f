#include "report/pages/said_once.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "report/pages/case_words.h"
#include "report/tables/text_table.h"

namespace scalemark::report {
namespace {

constexpr std::size_t kShortRemark = 24;  // shorter ones take no more room than a reference
constexpr std::size_t kFewestRows = 3;
constexpr std::size_t kMostNamed = 12;

/// A remark in parts: those that may be said elsewhere, and what stands before them.
struct RemarkParts {
  std::string lead;
  std::vector<std::string> parts;
};

/// Parts are joined by "; ". What a lead introduces is one sentence, whatever it holds.
RemarkParts parts_of_remark(const std::string& remark) {
  for (const std::string_view lead : {"not comparable: ", "baseline; "}) {
    if (remark.starts_with(lead)) return {std::string(lead), {remark.substr(lead.size())}};
  }
  constexpr std::string_view kJoint = "; ";
  RemarkParts found;
  std::size_t begin = 0;
  for (std::size_t end = remark.find(kJoint); end != std::string::npos; end = remark.find(kJoint, begin)) {
    found.parts.push_back(remark.substr(begin, end - begin));
    begin = end + kJoint.size();
  }
  found.parts.push_back(remark.substr(begin));
  return found;
}

std::string row_name(const Table& table, std::size_t row) { return cell_text(table.rows[row][0], Unit::kNone); }

/// Where a part of a remark is said.
struct Uses {
  std::vector<std::string> cases{};  ///< in the order of the page
  std::set<std::string> tables{};
  std::size_t rows = 0;

  bool recur() const { return tables.size() > 1 || rows >= kFewestRows; }
};

/// The parts that recur, numbered in the order of the page.
class Notes {
 public:
  explicit Notes(const std::vector<Section>& shown) {
    for (const auto& section : shown) {
      for (const auto& remark : section.table.remarks) count(section.table, remark);
    }
    for (const auto& part : order_) {
      if (uses_.at(part).recur()) numbers_.emplace(part, numbers_.size() + 1);
    }
  }

  std::string shortened(const std::string& remark) const {
    auto [lead, parts] = parts_of_remark(remark);
    for (auto& part : parts) {
      const auto found = numbers_.find(part);
      if (found != numbers_.end()) part = fmt::format("note {}", found->second);
    }
    return lead + fmt::format("{}", fmt::join(parts, "; "));
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> lines(numbers_.size());
    for (const auto& [part, number] : numbers_)
      lines[number - 1] =
          fmt::format("Note {} ({}): {}.", number, first_names(uses_.at(part).cases, kMostNamed, "; "), part);
    return lines;
  }

 private:
  void count(const Table& table, const Remark& remark) {
    for (auto& part : parts_of_remark(remark.text).parts) {
      if (part.size() <= kShortRemark) continue;
      const auto [found, inserted] = uses_.try_emplace(part);
      if (inserted) order_.push_back(part);
      Uses& uses = found->second;
      ++uses.rows;
      uses.tables.insert(table.name);
      const std::string name = row_name(table, remark.row);
      if (std::ranges::find(uses.cases, name) == uses.cases.end()) uses.cases.push_back(name);
    }
  }

  std::vector<std::string> order_;
  std::map<std::string, Uses> uses_;
  std::map<std::string, std::size_t> numbers_;
};

/// In the remarks, and in the column that says them to writers without room for remarks.
void shorten_remarks(const Notes& notes, Table& table) {
  for (auto& remark : table.remarks) remark.text = notes.shortened(remark.text);
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (table.columns[column].kind != ColumnKind::kRemark) continue;
    for (auto& row : table.rows) {
      if (auto* text = std::get_if<std::string>(&row[column])) *text = notes.shortened(*text);
    }
  }
}

bool names_case(const ColumnHead& column) {
  constexpr std::array<std::string_view, 4> kKey{"case", "ranks", "batch_per_rank", "global_batch"};
  return std::ranges::find(kKey, column.csv_name) != kKey.end();
}

/// What a row says of its case.
std::string finding_of(const Table& table, std::size_t row) {
  std::string text;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (!names_case(table.columns[column]))
      text += cell_text(table.rows[row][column], table.columns[column].unit) + '\n';
  }
  return text;
}

/// Puts `row` into `kept`: its case joins the others, and a number stays where all agree.
void join_row(const Table& table, const std::vector<Cell>& row, std::vector<Cell>& kept) {
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (!names_case(table.columns[column])) continue;
    if (column == 0) {
      kept[0] = cell_text(kept[0], Unit::kNone) + "; " + cell_text(row[0], Unit::kNone);
    } else if (cell_text(kept[column], Unit::kNone) != cell_text(row[column], Unit::kNone)) {
      kept[column] = Cell{};
    }
  }
}

void join_findings(Table& table) {
  std::map<std::string, std::size_t> place;
  std::vector<std::vector<Cell>> rows;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const auto [found, inserted] = place.try_emplace(finding_of(table, row), rows.size());
    if (inserted) {
      rows.push_back(table.rows[row]);
    } else {
      join_row(table, table.rows[row], rows[found->second]);
    }
  }
  table.rows = std::move(rows);
}

}  // namespace

std::vector<std::string> say_once(std::vector<Section>& shown) {
  const Notes notes(shown);
  for (auto& section : shown) {
    shorten_remarks(notes, section.table);
    if (section.table.name == "validity" || section.table.name == "advice") join_findings(section.table);
  }
  return notes.lines();
}

}  // namespace scalemark::report
