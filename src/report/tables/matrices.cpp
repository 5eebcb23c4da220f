#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "analysis/swept_series.h"
#include "report/names.h"
#include "report/tables/columns.h"
#include "report/tables/rows_by_case.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::CaseLine;
using analysis::Report;
using results::kNotMeasured;

constexpr std::size_t kMostSweeps = 4;
constexpr const char* kEstimatedMark = "\u2248\u00a0";

/// Cases that differ in ranks, batch and what follows from them; by batch per rank, then by ranks.
struct Grid {
  analysis::Traits shared;
  std::map<std::int64_t, std::map<std::int32_t, const CaseLine*>> cells;
  std::string name;

  /// Whether any batch ran on two numbers of ranks.
  bool is_swept() const {
    return std::ranges::any_of(cells, [](const auto& row) { return row.second.size() > 1; });
  }
  std::set<std::int32_t> ranks() const {
    std::set<std::int32_t> all;
    for (const auto& [batch, row] : cells) {
      for (const auto& [ranks, line] : row) all.insert(ranks);
    }
    return all;
  }
  std::size_t size() const {
    std::size_t count = 0;
    for (const auto& [batch, row] : cells) count += row.size();
    return count;
  }
};

/// A case without an end says neither device nor threads: it stands with those of the same config.
analysis::Traits shared_of(const CaseLine& line, bool of_config_alone) {
  analysis::Traits traits = line.traits;
  for (const char* name : {analysis::kRanksKey, analysis::kBatchKey, "train.learning_rate"}) traits.erase(name);
  // One rank trains in another mode than several; data_parallel's one rank is several devices.
  if (line.row.mode != "data_parallel") traits.erase("mode");
  if (of_config_alone) {
    for (const char* name : {"device", "threads per rank", "parameters of the model", "images"}) traits.erase(name);
  }
  return traits;
}

void add_unfinished(const std::vector<CaseLine>& cases, Grid& grid) {
  const CaseLine& first = *grid.cells.begin()->second.begin()->second;
  for (const auto& line : cases) {
    if (line.row.status == results::CaseStatus::kOk || line.published) continue;
    if (shared_of(line, true) != shared_of(first, true)) continue;
    grid.cells[batch_per_device(line.key)].try_emplace(scale_of(line.key), &line);
  }
}

/// The sweeps over ranks, those of the most cases first.
std::vector<Grid> grids_of(const Report& report) {
  std::map<analysis::Traits, Grid> by_traits;
  for (const auto& line : report.cases) {
    if (line.row.status != results::CaseStatus::kOk || line.published) continue;
    by_traits[shared_of(line, false)].cells[batch_per_device(line.key)].try_emplace(scale_of(line.key), &line);
  }
  std::vector<Grid> grids;
  for (auto& [shared, grid] : by_traits) {
    if (!grid.is_swept()) continue;
    grid.shared = shared;
    grids.push_back(std::move(grid));
  }
  std::ranges::stable_sort(grids, std::greater<>{}, &Grid::size);
  if (grids.size() > kMostSweeps) grids.resize(1);
  std::vector<analysis::Traits> shared;
  for (auto& grid : grids) {
    add_unfinished(report.cases, grid);
    shared.push_back(grid.shared);
  }
  const auto names = analysis::names_of(shared);
  for (std::size_t i = 0; i < grids.size(); ++i) grids[i].name = names[i];
  return grids;
}

/// What stands in a cell.
struct Held {
  Interval value{kNotMeasured, kNotMeasured, kNotMeasured};
  bool is_estimated = false;
};

struct Quantity {
  const char* title;
  const char* csv_unit;
  Unit unit;
  std::function<Held(const CaseLine&)> of;
  const char* note = "";
  bool note_is_of_marks = false;
};

Held plain(double value) { return {{value, kNotMeasured, kNotMeasured}, false}; }

Held epoch_of(const CaseLine& line) {
  if (std::isfinite(line.later_epochs_mean_seconds)) return plain(line.later_epochs_mean_seconds);
  if (line.images <= 0 || line.row.global_batch <= 0) return {};
  const double steps = static_cast<double>(line.images) / static_cast<double>(line.row.global_batch);
  return {scaled(mean_step(line), steps), true};
}

/// What other tables say of the cases.
struct OtherRows {
  RowsByCase<analysis::ScalingRow> scaling;
  RowsByCase<analysis::Communication> communication;
  double link_bandwidth;

  explicit OtherRows(const Report& report)
      : scaling(report.fixed_work), communication(report.communication), link_bandwidth(report.link.bus_bandwidth) {}
};

template <auto kMember>
Held of_scaling(const OtherRows& rows, const CaseLine& line) {
  const auto* row = rows.scaling.find(line.key.name);
  return row == nullptr ? Held{} : Held{row->*kMember, false};
}

double bus_bandwidth_of(const OtherRows& rows, const CaseLine& line) {
  const auto* one = rows.communication.find(line.key.name);
  return one == nullptr ? kNotMeasured : one->bus_bandwidth;
}

/// Refers to `rows`.
std::vector<Quantity> quantities_of(const OtherRows& rows) {
  using analysis::ScalingRow;
  return {
      {"Epoch time", "s", Unit::kSeconds, epoch_of, "\u2248 estimated: images / global batch \u00d7 step time", true},
      {"Step time", "s", Unit::kSeconds, [](const CaseLine& line) { return Held{mean_step(line)}; }},
      {"Images/s", "images/s", Unit::kImagesPerSecond,
       [](const CaseLine& line) { return plain(line.row.images_per_second); }},
      {"Speed-up at a fixed batch per rank", "1", Unit::kRatio,
       [&rows](const CaseLine& line) { return of_scaling<&ScalingRow::speedup>(rows, line); }},
      {"Efficiency at a fixed batch per rank", "fraction", Unit::kFraction,
       [&rows](const CaseLine& line) { return of_scaling<&ScalingRow::efficiency>(rows, line); }},
      {"Computation of a step", "s", Unit::kSeconds,
       [](const CaseLine& line) { return plain(line.row.compute_seconds); },
       "forward, backward and optimizer in the phase pass"},
      {"Communication of a step", "s", Unit::kSeconds,
       [](const CaseLine& line) { return plain(line.row.comm_seconds); }, "the reduction alone, in the arm comm_only"},
      {"Exposed communication of a step", "s", Unit::kSeconds,
       [](const CaseLine& line) { return plain(line.row.exposed_comm_seconds); }, "what backward does not hide"},
      {"Bus bandwidth", "bytes/s", Unit::kBytesPerSecond,
       [&rows](const CaseLine& line) { return plain(bus_bandwidth_of(rows, line)); }},
      {"Bus bandwidth over the link's", "fraction", Unit::kFraction,
       [&rows](const CaseLine& line) { return plain(bus_bandwidth_of(rows, line) / rows.link_bandwidth); }}};
}

/// One row of a matrix.
struct MatrixRow {
  std::string sweep;
  std::string quantity;
  std::string unit;
  std::int64_t batch = 0;
  std::map<std::int32_t, Held> held;
  std::map<std::int32_t, std::string> status;  ///< "oom" in place of a number
};

std::vector<MatrixRow> rows_of(const Grid& grid, const Quantity& quantity) {
  std::vector<MatrixRow> rows;
  for (const auto& [batch, lines] : grid.cells) {
    MatrixRow row{grid.name, quantity.title, quantity.csv_unit, batch, {}, {}};
    for (const auto& [ranks, line] : lines) {
      if (line->row.status == results::CaseStatus::kOk) {
        row.held[ranks] = quantity.of(*line);
      } else {
        row.status[ranks] = results::status_text(line->row);
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

bool has_numbers(const std::vector<MatrixRow>& rows) {
  return std::ranges::any_of(rows, [](const MatrixRow& row) {
    return std::ranges::any_of(row.held, [](const auto& one) { return std::isfinite(one.second.value.estimate); });
  });
}

Cell shown_cell(const MatrixRow& row, std::int32_t ranks, Unit unit) {
  if (const auto status = row.status.find(ranks); status != row.status.end()) return status->second;
  const auto held = row.held.find(ranks);
  if (held == row.held.end() || !std::isfinite(held->second.value.estimate)) return {};
  const double value = held->second.value.estimate;
  if (held->second.is_estimated) return kEstimatedMark + to_text(value, unit);
  return value;
}

Matrix matrix_of(const Grid& grid, const Quantity& quantity, const std::vector<MatrixRow>& rows) {
  Columns<MatrixRow> columns;
  columns.count("batch per rank", "batch_per_rank", &MatrixRow::batch);
  for (const std::int32_t ranks : grid.ranks()) {
    columns.number(ranks == 1 ? "1 rank" : fmt::format("{} ranks", ranks), fmt::format("ranks_{}", ranks),
                   quantity.unit,
                   [ranks, unit = quantity.unit](const MatrixRow& row) { return shown_cell(row, ranks, unit); });
  }
  const bool marked = std::ranges::any_of(rows, [](const MatrixRow& row) {
    return std::ranges::any_of(row.held, [](const auto& one) { return one.second.is_estimated; });
  });
  return {grid.name.empty() ? quantity.title : fmt::format("{}: {}", quantity.title, grid.name),
          quantity.note_is_of_marks && !marked ? "" : quantity.note, columns.table("", "", rows), quantity.title};
}

/// "estimated on 1, 2 ranks; oom on 4": for a program.
std::string remark_of_row(const MatrixRow& row) {
  std::vector<std::int32_t> estimated;
  std::vector<std::string> parts;
  for (const auto& [ranks, held] : row.held) {
    if (held.is_estimated && std::isfinite(held.value.estimate)) estimated.push_back(ranks);
  }
  if (!estimated.empty()) parts.push_back(fmt::format("estimated on {} ranks", fmt::join(estimated, ", ")));
  for (const auto& [ranks, status] : row.status) parts.push_back(fmt::format("{} on {} ranks", status, ranks));
  return fmt::format("{}", fmt::join(parts, "; "));
}

Table all_rows(const std::vector<MatrixRow>& rows, const std::set<std::int32_t>& ranks) {
  Columns<MatrixRow> columns;
  columns.text("", "sweep", &MatrixRow::sweep)
      .text("", "quantity", &MatrixRow::quantity)
      .text("", "unit", &MatrixRow::unit)
      .count("", "batch_per_rank", &MatrixRow::batch);
  for (const std::int32_t one : ranks) {
    columns.interval("", fmt::format("ranks_{}", one), Unit::kNone, [one](const MatrixRow& row) {
      const auto held = row.held.find(one);
      return held == row.held.end() ? Held{}.value : held->second.value;
    });
  }
  columns.text("", "remark", remark_of_row);
  return columns.table("matrices", "", rows);
}

}  // namespace

std::vector<std::string> matrix_names() {
  const Report empty;
  const OtherRows none(empty);
  std::vector<std::string> names;
  for (const auto& quantity : quantities_of(none)) names.emplace_back(quantity.title);
  return names;
}

Section matrix_section(const Report& report) {
  std::vector<MatrixRow> all;
  std::set<std::int32_t> ranks;
  Section section{
      "Batch by ranks",
      "Rows are batches per rank, columns are ranks. Values are means over the repetitions; their intervals are in "
      "matrices.csv and in the tables. If measure.epochs asks for epochs, an epoch time is the mean of all measured "
      "epochs but the first; otherwise it is estimated, and marked. Speed-up and efficiency are those of weak "
      "scaling.",
      {}};
  const OtherRows others(report);
  const auto quantities = quantities_of(others);
  for (const auto& grid : grids_of(report)) {
    ranks.merge(grid.ranks());
    for (const auto& quantity : quantities) {
      auto rows = rows_of(grid, quantity);
      if (!has_numbers(rows)) continue;
      section.matrices.push_back(matrix_of(grid, quantity, rows));
      std::ranges::move(rows, std::back_inserter(all));
    }
  }
  section.table = all_rows(all, ranks);
  return section;
}

}  // namespace scalemark::report
