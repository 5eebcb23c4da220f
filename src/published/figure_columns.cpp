#include "published/figure_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>

#include "config/number_text.h"
#include "config/text_check.h"
#include "results/quantities.h"

namespace scalemark::published {
namespace {

using results::CaseRecord;
using results::CaseRow;
using results::CaseStatus;
using results::Range;
using results::table_columns;
using results::TableColumn;

std::string refused(const std::string& text, const std::string& allowed) {
  constexpr std::size_t kLongest = 60;
  return fmt::format("'{}' is not {}", config::one_line(text, kLongest), allowed);
}

struct Bounds {
  double lowest;
  double highest;
  const char* words;
};

Bounds bounds_of(Range range) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  switch (range) {
    case Range::kPositive:
      return {std::numeric_limits<double>::min(), kInfinity, "a positive number, such as 18.07"};
    case Range::kNotNegative:
      return {0.0, kInfinity, "a number from 0 on, such as 0.25"};
    case Range::kFraction:
      return {0.0, 1.0, "a fraction from 0 to 1, such as 0.93"};
    case Range::kAny:
      break;
  }
  return {-kInfinity, kInfinity, "a number, such as 0.25"};
}

std::string read_field(double& value, const std::string& text, Range range) {
  const auto read = config::read_number(text);
  const auto [lowest, highest, words] = bounds_of(range);
  if (read.problem != nullptr || read.value < lowest || read.value > highest) return refused(text, words);
  value = read.value;
  return "";
}

/// A whole number that the type of the column can hold.
template <std::integral Number>
std::string read_field(Number& value, const std::string& text, Range range) {
  const auto read = config::read_integer(text);
  constexpr Number kHighest = std::numeric_limits<Number>::max();
  const Number lowest = range == Range::kPositive ? 1 : 0;
  if (read.problem != nullptr || read.value < lowest || read.value > kHighest)
    return refused(text, fmt::format("a whole number from {} to {}", lowest, kHighest));
  value = static_cast<Number>(read.value);
  return "";
}

std::string read_field(std::string& value, const std::string& text, Range) {
  value = text;
  return "";
}

std::string read_field(bool& value, const std::string& text, Range) {
  if (text != "true" && text != "false") return refused(text, "true or false");
  value = text == "true";
  return "";
}

std::string read_field(CaseStatus& value, const std::string& text, Range) {
  std::vector<const char*> names;
  for (const CaseStatus status : results::kCaseStatuses) {
    names.push_back(results::to_string(status));
    if (text == names.back()) {
      value = status;
      return "";
    }
  }
  return refused(text, fmt::format("one of {}", fmt::join(names, ", ")));
}

FigureColumn figure_column(const TableColumn<CaseRow>& column) {
  return {column.name, [column](CaseRecord& record, const std::string& text) {
            return std::visit([&](auto member) { return read_field(record.row.*member, text, column.range); },
                              column.member);
          }};
}

/// The config's key: the batch of the row was published as the largest that fits.
std::string read_max_batch(CaseRecord& record, const std::string& text) {
  bool is_largest = false;
  std::string problem = read_field(is_largest, text, Range::kAny);
  if (is_largest) record.parameters.emplace_back("max_batch", true);
  return problem;
}

std::string read_images(CaseRecord& record, const std::string& text) {
  const auto read = config::read_integer(text);
  if (read.problem != nullptr || read.value < 1) return refused(text, "a whole number from 1 on");
  record.images = read.value;
  return "";
}

/// One row for all ranks: a publication names one device model for a case.
std::string read_device(CaseRecord& record, const std::string& text) {
  record.rank_rows.resize(1);
  record.rank_rows.front().device = text;
  return "";
}

std::vector<FigureColumn> all_columns() {
  std::vector<FigureColumn> columns;
  for (const auto& column : table_columns<CaseRow>()) columns.push_back(figure_column(column));
  columns.push_back({"max_batch", read_max_batch});
  columns.push_back({"images", read_images});
  columns.push_back({"device", read_device});
  return columns;
}

bool is_measured(const CaseRow& row, const TableColumn<CaseRow>& column) {
  const auto* const member = std::get_if<double CaseRow::*>(&column.member);
  return member != nullptr && std::isfinite(row.**member);
}

}  // namespace

const std::vector<FigureColumn>& figure_columns() {
  static const std::vector<FigureColumn> columns = all_columns();
  return columns;
}

bool has_figure(const CaseRecord& record) {
  return !record.parameters.empty() ||
         std::ranges::any_of(table_columns<CaseRow>(), [&](const auto& one) { return is_measured(record.row, one); });
}

}  // namespace scalemark::published
