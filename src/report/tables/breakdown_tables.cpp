#include <algorithm>
#include <cmath>
#include <string>

#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

double seconds_of(const analysis::PhaseBreakdown& one, const std::string& name) {
  const auto found = std::find(one.names.begin(), one.names.end(), name);
  return found == one.names.end() ? results::kNotMeasured
                                  : one.seconds[static_cast<std::size_t>(found - one.names.begin())];
}

Table phase_table(const std::vector<analysis::PhaseBreakdown>& phases) {
  Table table{
      "phases",
      "Where a step goes",
      "Shares of the step in the phase pass: a separate pass that waits after every phase and reduces after "
      "backward, so that its step can be longer than the timed one. Means over repetitions, steps and ranks; the "
      "gap is the pass's own clock around the whole step less the sum of the phases.",
      "No case holds a phase pass.",
      key_columns(),
      {}};
  table.columns.push_back(number_column("step of the pass", "step_seconds", Unit::kSeconds));
  std::vector<std::string> names = phase_names(phases);
  for (const auto& name : names) {
    table.columns.push_back(number_column(name, name + "_share_fraction", Unit::kFraction));
    table.columns.push_back(number_column("", name + "_seconds", Unit::kSeconds));
  }
  table.columns.push_back(number_column("gap", "gap_share_fraction", Unit::kFraction));
  table.columns.push_back(number_column("", "gap_seconds", Unit::kSeconds));
  for (const auto& one : phases) {
    std::vector<Cell> cells = key_cells(one.key);
    cells.emplace_back(one.step_seconds);
    for (const auto& name : names) {
      cells.emplace_back(seconds_of(one, name) / one.step_seconds);
      cells.emplace_back(seconds_of(one, name));
    }
    cells.emplace_back(one.gap_seconds / one.step_seconds);
    cells.emplace_back(one.gap_seconds);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table cost_table(Table table, const std::string& title, const std::string& csv_name, const std::string& without_title,
                 const std::string& without_csv_name, const std::vector<analysis::ArmCost>& costs) {
  table.columns = key_columns();
  table.columns.push_back(interval_column(title, csv_name + "_seconds", Unit::kSeconds));
  table.columns.push_back(number_column("share of the step", csv_name + "_share_fraction", Unit::kFraction));
  table.columns.push_back(number_column(without_title, without_csv_name, Unit::kSeconds));
  for (const auto& one : costs) {
    std::vector<Cell> cells = key_cells(one.key);
    cells.emplace_back(one.seconds);
    cells.emplace_back(one.share);
    cells.emplace_back(one.without_seconds);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table communication_table(const std::vector<analysis::Communication>& communication) {
  Table table{"communication",
              "Communication alone",
              "The same buckets reduced without any compute. Algorithm bandwidth = bytes / time; bus bandwidth = "
              "algorithm bandwidth x 2(n-1)/n, as nccl-tests defines it, which can be held against a link's speed.",
              "No case holds the comm_only arm.",
              key_columns(),
              {}};
  const std::vector<Column> rest{
      interval_column("time of a step", "comm_seconds", Unit::kSeconds),
      number_column("bytes of a step", "comm_bytes", Unit::kBytes), number_column("buckets", "buckets"),
      number_column("algorithm bandwidth", "algorithm_bandwidth_bytes_per_second", Unit::kBytesPerSecond),
      number_column("bus bandwidth", "bus_bandwidth_bytes_per_second", Unit::kBytesPerSecond)};
  table.columns.insert(table.columns.end(), rest.begin(), rest.end());
  for (const auto& one : communication) {
    std::vector<Cell> cells = key_cells(one.key);
    const std::vector<Cell> measured{one.seconds, one.bytes, one.buckets, one.algorithm_bandwidth, one.bus_bandwidth};
    cells.insert(cells.end(), measured.begin(), measured.end());
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace

std::vector<Table> breakdown_tables(const analysis::Report& report) {
  const Table exposed{"exposed_communication",
                      "Exposed communication",
                      "Step time of the full arm less that of the no_sync arm, which computes the same and reduces "
                      "nothing: the communication that backward does not hide. Paired by repetition.",
                      "No case holds both the full and the no_sync arm.",
                      {},
                      {}};
  const Table input{"input_cost",
                    "Cost of the input",
                    "Step time of the full arm less that of the cached_input arm, which trains on one batch held in "
                    "memory: what loading costs the step. Paired by repetition.",
                    "No case holds both the full and the cached_input arm.",
                    {},
                    {}};
  return {phase_table(report.phases),
          cost_table(exposed, "exposed", "exposed_comm", "step without it", "no_sync_step_seconds",
                     report.exposed_communication),
          communication_table(report.communication),
          cost_table(input, "input", "input", "step without it", "cached_input_step_seconds", report.input)};
}

}  // namespace scalemark::report
