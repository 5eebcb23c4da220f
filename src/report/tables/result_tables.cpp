#include <algorithm>
#include <set>
#include <stdexcept>

#include "report/tables/columns.h"
#include "report/tables/tables.h"
#include "results/quantities.h"

namespace scalemark::report {
namespace {

using analysis::CaseLine;
using results::CaseRow;
using results::RankRow;

Unit unit_of(const std::string& units, results::Range range) {
  if (units == "s") return Unit::kSeconds;
  if (units == "byte") return Unit::kBytes;
  if (units == "image/s") return Unit::kImagesPerSecond;
  return range == results::Range::kFraction ? Unit::kFraction : Unit::kNone;
}

const CaseRow& row_of(const CaseLine& line) { return line.row; }
const RankRow& row_of(const RankRow& row) { return row; }

Cell catalogue_cell(results::CaseStatus status) { return results::to_string(status); }
Cell catalogue_cell(bool value) { return std::string(value ? "true" : "false"); }
template <typename Value>
Cell catalogue_cell(const Value& value) {
  return to_cell(value);
}

template <class Row>
ColumnKind kind_of(const results::TableColumn<Row>& column) {
  const bool is_number = std::holds_alternative<double Row::*>(column.member) ||
                         std::holds_alternative<std::int32_t Row::*>(column.member) ||
                         std::holds_alternative<std::int64_t Row::*>(column.member);
  return is_number ? ColumnKind::kNumber : ColumnKind::kText;
}

/// Adds the catalogue's column at `index` under `title`, or for the CSV file only where that is empty. A quantity with
/// bounds is shown as an interval.
template <class Row, class Line>
void add_catalogued(std::size_t index, const std::string& title, Columns<Line>& columns) {
  const auto catalogue = results::table_columns<Row>();
  const auto& column = catalogue[index];
  const Unit unit = unit_of(column.quantity.units, column.range);
  if (results::has_bounds<Row>(index)) {
    columns.interval(title, column.name, unit, [catalogue, index](const Line& line) {
      const auto value = [&](std::size_t at) { return row_of(line).*std::get<double Row::*>(catalogue[at].member); };
      return Interval{value(index), value(index + 1), value(index + 2)};
    });
    return;
  }
  columns.add({title, column.name, unit, kind_of(column)}, [&column](const Line& line) {
    return std::visit([&](auto member) { return catalogue_cell(row_of(line).*member); }, column.member);
  });
}

/// Columns of cases, of which the catalogue's are added by name.
class CaseColumns {
 public:
  Columns<CaseLine>& own() { return columns_; }

  CaseColumns& of_row(const std::string& name, const std::string& title = "") {
    const auto catalogue = results::table_columns<CaseRow>();
    const auto found = std::ranges::find(catalogue, name, &results::TableColumn<CaseRow>::name);
    if (found == catalogue.end()) throw std::invalid_argument("the catalogue has no column " + name);
    add_catalogued<CaseRow>(static_cast<std::size_t>(found - catalogue.begin()), title, columns_);
    return *this;
  }

  void add_the_rest() {
    for (const auto& column : results::table_columns<CaseRow>()) {
      if (!columns_.holds(column.name)) of_row(column.name);
    }
  }

 private:
  Columns<CaseLine> columns_;
};

void add_shown_columns(const std::map<std::string, std::string>& flags, CaseColumns& columns) {
  columns.own().text("case", "name", [](const CaseLine& line) { return line.key.name; });
  columns.of_row("case").of_row("label");
  columns.own().count("", "file", [](const CaseLine& line) { return line.file_index + 1; });
  columns.own().text("status", "status", [](const CaseLine& line) { return results::status_text(line.row); });
  columns.of_row("reason", "reason").of_row("ranks", "ranks");
  columns.own()
      .count("batch per rank", "batch_per_rank",
             [](const CaseLine& line) { return batch_cell(line.row.batch_per_rank); })
      .count("global batch", "global_batch", [](const CaseLine& line) { return batch_cell(line.row.global_batch); });
  columns.of_row("step_seconds", "typical step")
      .of_row("images_per_second", "images/s")
      .of_row("peak_memory_bytes", "peak memory");
  columns.own().text("flags", "flags", [flags](const CaseLine& line) {
    const auto found = flags.find(line.key.name);
    return found == flags.end() ? std::string() : found->second;
  });
}

/// Where and under what a case was measured: shown where it tells cases apart.
void add_circumstances(const std::vector<CaseLine>& cases, CaseColumns& columns) {
  const bool hosts =
      std::ranges::any_of(cases, [](const CaseLine& line) { return line.traits.contains(analysis::kHostTrait); });
  std::set<std::string> environments;
  for (const auto& line : cases) {
    if (!line.published) environments.insert(line.environment);
  }
  columns.own()
      .text(hosts ? "hosts" : "", "hosts", &CaseLine::hosts)
      .text(environments.size() > 1 ? "environment" : "", "environment", &CaseLine::environment);
}

/// What the first version of cases.csv held besides, in its order.
void add_csv_columns(CaseColumns& columns) {
  columns.of_row("model").of_row("dataset").of_row("mode").of_row("precision").of_row("optimizer");
  columns.of_row("loader_workers").of_row("parameters");
  columns.own()
      .count("", "images", &CaseLine::images)
      .count("", "repetitions", &CaseLine::repetitions)
      .count("", "planned_repetitions", &CaseLine::planned_repetitions);
  columns.of_row("epoch_seconds").of_row("epoch_seconds_estimated").of_row("first_epoch_seconds");
  columns.of_row("step_mean_seconds", "step time");
}

}  // namespace

Section case_section(const analysis::Report& report) {
  CaseColumns columns;
  add_shown_columns(flag_kinds(report), columns);
  add_csv_columns(columns);
  columns.add_the_rest();
  add_circumstances(report.cases, columns);
  return {"Cases",
          "Step time: the elapsed time divided by the number of steps, as a mean over the repetitions, with its 95 % "
          "interval in brackets. Images/s follows from it. Typical step: each step is as long as on its slowest rank; "
          "the median of these over a repetition, and then the median over the repetitions.",
          columns.own().table("cases", "The files hold no case: nothing was measured.", report.cases)};
}

Section rank_section(const std::vector<CaseLine>& cases) {
  Columns<RankRow> columns;
  for (std::size_t i = 0; i < results::table_columns<RankRow>().size(); ++i) {
    add_catalogued<RankRow>(i, "", columns);
  }
  std::vector<RankRow> rows;
  for (const auto& line : cases) {
    for (const auto& rank : line.ranks) {
      rows.push_back(rank);
      rows.back().case_id = line.key.name;
    }
  }
  return {"", "", columns.table("ranks", "", rows)};
}

}  // namespace scalemark::report
