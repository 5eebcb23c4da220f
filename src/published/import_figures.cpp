#include "published/import_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <stdexcept>
#include <system_error>

#include "config/faults.h"
#include "config/suggestion.h"
#include "config/text_check.h"
#include "core/error.h"
#include "core/units.h"
#include "published/csv_text.h"
#include "published/figure_columns.h"
#include "results/durable_file.h"
#include "results/limits.h"
#include "results/quantities.h"
#include "results/record_checks.h"

namespace scalemark::published {
namespace {

using config::Faults;
using config::Place;
using results::CaseRecord;
using results::CaseRow;
using results::CaseStatus;
using results::ResultFile;

/// Figures that people typed; a larger file is something else.
constexpr std::size_t kLimitBytes = kMebibyte;

/// Nobody reads more at once.
constexpr std::size_t kMostFaults = 50;

using Row = std::vector<CsvField>;

struct HeaderText {
  const char* key;
  std::string ResultFile::*member;
};

constexpr std::array kHeaderTexts = {HeaderText{"title", &ResultFile::title},
                                     HeaderText{"institution", &ResultFile::institution},
                                     HeaderText{"source", &ResultFile::source}};

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "# source: ..." and its like; every other comment is for the reader of the CSV file.
void read_comments(const CsvText& csv, ResultFile& file, Faults& faults) {
  for (const auto& comment : csv.comments) {
    const std::size_t colon = comment.text.find(':');
    if (colon == std::string::npos) continue;
    const std::string key = trimmed(comment.text.substr(0, colon));
    for (const auto& header : kHeaderTexts) {
      if (key != header.key) continue;
      std::string& held = file.*header.member;
      if (!held.empty()) faults.add(comment.place, key, "is there twice");
      held = trimmed(comment.text.substr(colon + 1));
    }
  }
}

/// [field] The column that the header names, or nullptr.
std::vector<const FigureColumn*> read_header(const CsvText& csv, Faults& faults) {
  std::vector<std::string> names;
  for (const auto& column : figure_columns()) names.push_back(column.name);
  std::map<std::string, int> count;
  std::vector<const FigureColumn*> columns;
  for (const auto& field : csv.header) {
    if (faults.count() >= kMostFaults) faults.throw_if_any();
    const auto found = std::find(names.begin(), names.end(), field.text);
    columns.push_back(found == names.end() ? nullptr
                                           : &figure_columns()[static_cast<std::size_t>(found - names.begin())]);
    if (found == names.end()) {
      const auto near = config::nearest_name(field.text, names);
      faults.add(field.place, config::one_line(field.text, 60),
                 near ? fmt::format("unknown column; did you mean {}?", *near)
                      : fmt::format("unknown column; there are {}", fmt::join(names, ", ")));
    } else if (++count[field.text] == 2) {
      faults.add(field.place, field.text, "the column is there twice");
    }
  }
  return columns;
}

/// Checks of one row as a whole, and what follows from its fields.
class RowCompletion {
 public:
  RowCompletion(CaseRecord& record, const Place& place, Faults& faults)
      : record_(record), row_(record.row), place_(place), faults_(faults) {}

  void complete() {
    complete_batches();
    complete_figures();
    if (row_.devices == 0) row_.devices = row_.ranks;
    if (row_.case_id.empty() && row_.global_batch == 0) row_.case_id = row_.label;
    if (row_.case_id.empty()) row_.case_id = fmt::format("ranks={},batch_per_rank={}", row_.ranks, row_.batch_per_rank);
    if (!results::is_link_name(row_.case_id)) faults_.add(place_, "case", "is not a name: it holds a /, or is . or ..");
    for (auto& rank : record_.rank_rows) rank.case_id = row_.case_id;
  }

 private:
  void complete_batches() {
    require(row_.ranks > 0, "ranks", "is missing: the number of processes, one per GPU as a rule");
    const bool has_batch = row_.batch_per_rank > 0 || row_.global_batch > 0;
    require(has_batch || !row_.label.empty(), "batch_per_rank",
            "is missing: give batch_per_rank or global_batch, or a label where no batch was published");
    if (row_.ranks == 0 || !has_batch) return;
    if (row_.batch_per_rank == 0) row_.batch_per_rank = row_.global_batch / row_.ranks;
    // A product beyond 64 bits is no batch; the division says so without overflowing.
    constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
    if (row_.batch_per_rank > kHighest / row_.ranks) {
      faults_.add(place_, "batch_per_rank", "is too large for so many ranks");
    } else if (row_.global_batch == 0) {
      row_.global_batch = row_.batch_per_rank * row_.ranks;
    } else if (row_.global_batch != row_.batch_per_rank * row_.ranks) {
      faults_.add(place_, "global_batch",
                  fmt::format("is {}, and not batch_per_rank x ranks = {} x {}", row_.global_batch, row_.batch_per_rank,
                              row_.ranks));
    }
  }

  void complete_figures() {
    const bool ok = row_.status == CaseStatus::kOk;
    require(!ok || has_figure(record_), "status",
            "is ok without any figure: give step_seconds, epoch_seconds or another");
    require(ok || !row_.reason.empty(), "reason", "is missing: say why the status is not ok");
    check_bounds();
    if (row_.global_batch == 0) return;
    const auto batch = static_cast<double>(row_.global_batch);
    if (std::isnan(row_.images_per_second)) row_.images_per_second = batch / row_.step_seconds;
    if (std::isnan(row_.epoch_seconds_estimated) && record_.images > 0)
      row_.epoch_seconds_estimated = static_cast<double>(record_.images) / batch * row_.step_seconds;
  }

  void check_bounds() {
    const auto columns = results::table_columns<CaseRow>();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!results::has_bounds<CaseRow>(i)) continue;
      const std::string name = columns[i].name;
      const auto value = [&](std::size_t column) { return row_.*std::get<double CaseRow::*>(columns[column].member); };
      const bool bounded = std::isfinite(value(i + 1)) || std::isfinite(value(i + 2));
      require(!bounded || (value(i + 1) <= value(i) && value(i) <= value(i + 2)), name,
              fmt::format("does not lie between {0}_low and {0}_high; give all three or none of the bounds", name));
    }
  }

  void require(bool condition, const std::string& column, const std::string& complaint) {
    if (!condition) faults_.add(place_, column, complaint);
  }

  CaseRecord& record_;
  CaseRow& row_;
  const Place& place_;
  Faults& faults_;
};

CaseRecord read_row(const Row& row, const std::vector<const FigureColumn*>& columns, Faults& faults) {
  CaseRecord record;
  record.row.status = CaseStatus::kOk;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (columns[i] == nullptr || row[i].text.empty()) continue;
    const std::string problem = columns[i]->read(record, row[i].text);
    if (!problem.empty()) faults.add(row[i].place, columns[i]->name, problem);
  }
  return record;
}

void read_rows(const CsvText& csv, const std::vector<const FigureColumn*>& columns, ResultFile& file, Faults& faults) {
  std::map<std::string, int> line_of;
  for (const Row& row : csv.rows) {
    if (faults.count() >= kMostFaults) faults.throw_if_any();
    const Place& place = row.front().place;
    if (row.size() != columns.size()) {
      faults.add(place, "", fmt::format("the row has {} field(s), the header {}", row.size(), columns.size()));
      continue;
    }
    const std::size_t faults_before = faults.count();
    CaseRecord record = read_row(row, columns, faults);
    // What a field that cannot be read would have said is not known: no faults that only follow from it.
    if (faults.count() > faults_before) continue;
    RowCompletion(record, place, faults).complete();
    const auto [found, inserted] = line_of.try_emplace(record.row.case_id, place.line);
    if (!inserted)
      faults.add(place, "case",
                 fmt::format("'{}' is in line {} already; name the cases apart",
                             config::one_line(record.row.case_id, 60), found->second));
    file.cases.push_back(std::move(record));
  }
}

std::string read_text(const std::filesystem::path& path) {
  try {
    const auto bytes = results::read_file(path, kLimitBytes);
    std::string text(bytes.size(), '\0');
    std::transform(bytes.begin(), bytes.end(), text.begin(), [](std::byte byte) { return static_cast<char>(byte); });
    return text;
  } catch (const std::system_error& error) {
    throw InputError(fmt::format("{}: cannot be read: {}", path.string(), error.code().message()));
  }
}

/// What the reader of result files would refuse must not become one.
void check_size(const std::string& source, const std::string& text, const ResultFile& file) {
  try {
    results::check_limits(file, text.size());
  } catch (const std::invalid_argument& error) {
    throw InputError(fmt::format("{}: {}", source, error.what()));
  }
}

}  // namespace

ResultFile import_text(const std::string& source, const std::string& text) {
  Faults faults;
  const CsvText csv = parse_csv(source, text, faults);
  faults.throw_if_any();
  ResultFile file;
  read_comments(csv, file, faults);
  const Place begin{source, 1, 1};
  if (file.source.empty())
    faults.add(begin, "source", "is missing: a line '# source: ...' says where the figures are from");
  if (csv.header.empty()) faults.add(begin, "", "holds no header row: the names of the columns, between commas");
  const auto columns = read_header(csv, faults);
  if (!csv.header.empty() && csv.rows.empty()) faults.add(csv.header.front().place, "", "no row follows the header");
  read_rows(csv, columns, file, faults);
  faults.throw_if_any();
  check_size(source, text, file);
  return file;
}

ResultFile import_figures(const std::filesystem::path& path) { return import_text(path.string(), read_text(path)); }

}  // namespace scalemark::published
