#include <algorithm>
#include <cmath>
#include <string>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::ArmCost;
using analysis::PhaseBreakdown;

double seconds_of(const PhaseBreakdown& one, const std::string& name) {
  const auto found = std::find(one.names.begin(), one.names.end(), name);
  return found == one.names.end() ? results::kNotMeasured
                                  : one.seconds[static_cast<std::size_t>(found - one.names.begin())];
}

Columns<ArmCost> cost_columns(const std::string& title, const std::string& csv_name,
                              const std::string& without_csv_name) {
  auto columns = key_columns<ArmCost>();
  columns.interval(title, csv_name + "_seconds", Unit::kSeconds, &ArmCost::seconds)
      .number("share of the step", csv_name + "_share_fraction", Unit::kFraction, &ArmCost::share)
      .number("step without it", without_csv_name, Unit::kSeconds, &ArmCost::without_seconds);
  return columns;
}

}  // namespace

Section phase_section(const std::vector<PhaseBreakdown>& phases) {
  auto columns = key_columns<PhaseBreakdown>();
  columns.number("step of the pass", "step_seconds", Unit::kSeconds, &PhaseBreakdown::step_seconds);
  for (const auto& name : phase_names(phases)) {
    columns
        .number(name, name + "_share_fraction", Unit::kFraction,
                [name](const PhaseBreakdown& one) { return seconds_of(one, name) / one.step_seconds; })
        .number("", name + "_seconds", Unit::kSeconds,
                [name](const PhaseBreakdown& one) { return seconds_of(one, name); });
  }
  columns
      .number("gap", "gap_share_fraction", Unit::kFraction,
              [](const PhaseBreakdown& one) { return one.gap_seconds / one.step_seconds; })
      .number("", "gap_seconds", Unit::kSeconds, &PhaseBreakdown::gap_seconds);
  return {"Where a step goes",
          "Shares of the step in the phase pass. This separate pass waits after every phase and reduces after "
          "backward, so its step can be longer than the timed one. Means over repetitions, steps and ranks. The gap is "
          "the time of the whole step minus the sum of the phases.",
          columns.table("phases", "No case holds a phase pass.", phases)};
}

Section exposed_communication_section(const std::vector<ArmCost>& costs) {
  return {"Exposed communication",
          "Step time of the full arm minus that of the no_sync arm, which computes the same and reduces nothing. The "
          "difference is the communication that backward does not hide. Paired by repetition.",
          cost_columns("exposed", "exposed_comm", "no_sync_step_seconds")
              .table("exposed_communication", "No case holds both the full and the no_sync arm.", costs)};
}

Section input_cost_section(const std::vector<ArmCost>& costs) {
  return {"Cost of the input",
          "Step time of the full arm minus that of the cached_input arm, which trains on one batch held in memory. The "
          "difference is what loading costs the step. Paired by repetition.",
          cost_columns("input", "input", "cached_input_step_seconds")
              .table("input_cost", "No case holds both the full and the cached_input arm.", costs)};
}

Section communication_section(const std::vector<analysis::Communication>& communication) {
  using analysis::Communication;
  auto columns = key_columns<Communication>();
  columns.interval("time of a step", "comm_seconds", Unit::kSeconds, &Communication::seconds)
      .number("bytes of a step", "comm_bytes", Unit::kBytes, &Communication::bytes)
      .count("buckets", "buckets", &Communication::buckets)
      .number("algorithm bandwidth", "algorithm_bandwidth_bytes_per_second", Unit::kBytesPerSecond,
              &Communication::algorithm_bandwidth)
      .number("bus bandwidth", "bus_bandwidth_bytes_per_second", Unit::kBytesPerSecond, &Communication::bus_bandwidth)
      .text("queued as", "comm_launch", &Communication::launch)
      .text("NCCL's algorithm, protocol, channels", "nccl_choices", &Communication::choices);
  return {"Communication alone",
          "The same buckets reduced without any compute. Algorithm bandwidth = bytes / time; bus bandwidth = algorithm "
          "bandwidth x 2(n-1)/n, as nccl-tests defines it; compare it with the link's speed. Queued as: graph means "
          "that each bucket's reduction is a replayed CUDA graph; eager means that it is not, with the reason. The "
          "last column is what NCCL chose for each bucket.",
          columns.table("communication", "No case holds the comm_only arm.", communication)};
}

}  // namespace scalemark::report
