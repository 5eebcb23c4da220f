#include <cmath>

#include "core/statistics.h"
#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::CollectiveLine;

/// A percentile of the repetitions one by one.
auto percentile(double p) {
  return [p](const CollectiveLine& line) { return quantile(line.repetition_seconds, p); };
}

void add_percentiles(Columns<CollectiveLine>& columns) {
  columns.number("", "least_seconds", Unit::kSeconds, percentile(0.0))
      .number("p50", "p50_seconds", Unit::kSeconds, percentile(0.5))
      .number("p90", "p90_seconds", Unit::kSeconds, percentile(0.9))
      .number("p99", "p99_seconds", Unit::kSeconds, percentile(0.99))
      .number("", "most_seconds", Unit::kSeconds, percentile(1.0))
      .count("", "repetitions", [](const CollectiveLine& line) { return line.repetition_seconds.size(); });
}

void add_csv_columns(Columns<CollectiveLine>& columns) {
  columns.number("", "graph_seconds", Unit::kSeconds, &CollectiveLine::graph_seconds)
      .number("", "call_seconds", Unit::kSeconds, &CollectiveLine::call_seconds)
      .number("", "expected_bus_bandwidth_bytes_per_second", Unit::kBytesPerSecond,
              &CollectiveLine::expected_bus_bandwidth)
      .text("", "links", &CollectiveLine::links)
      .text("", "operation", &CollectiveLine::op)
      .count("", "file", [](const CollectiveLine& line) { return line.file_index + 1; });
}

Cell wrong_cell(const CollectiveLine& line) {
  return std::isnan(line.wrong) ? Cell{} : Cell{static_cast<std::int64_t>(line.wrong)};
}

}  // namespace

Section collectives_section(const std::vector<CollectiveLine>& lines) {
  Columns<CollectiveLine> columns;
  columns.text("collective", "collective", &CollectiveLine::name)
      .count("ranks", "ranks", &CollectiveLine::ranks)
      .text("type", "type", &CollectiveLine::type)
      .text("backend", "backend", &CollectiveLine::backend)
      .text("place", "place", [](const CollectiveLine& line) { return line.in_place ? "in place" : "out of place"; })
      .number("size", "size_bytes", Unit::kBytes,
              [](const CollectiveLine& line) { return static_cast<double>(line.bytes); })
      .number("time", "seconds", Unit::kSeconds, &CollectiveLine::seconds)
      .number("algbw", "algorithm_bandwidth_bytes_per_second", Unit::kBytesPerSecond,
              &CollectiveLine::algorithm_bandwidth)
      .number("busbw", "bus_bandwidth_bytes_per_second", Unit::kBytesPerSecond, &CollectiveLine::bus_bandwidth)
      .number("share of the links", "share_of_links_fraction", Unit::kFraction, &CollectiveLine::share_of_links)
      .add({"#wrong", "wrong_elements"}, wrong_cell);
  add_percentiles(columns);
  columns.text("NCCL's algorithm, protocol, channels", "choice", &CollectiveLine::choice);
  add_csv_columns(columns);
  return {"Collectives by themselves",
          "Files of scalemark comm, counted as nccl-tests does. Time: many calls in a row over their number, mean over "
          "the ranks; of files that lack it, the median of the repetitions one by one. Algorithm bandwidth = size / "
          "time; bus bandwidth = algorithm bandwidth x 2(n-1)/n for all_reduce, x (n-1)/n for all_gather and "
          "reduce_scatter, x 1 for broadcast and sendrecv. Share of the links: bus bandwidth over what the links "
          "between the ranks give, where these are known. #wrong: elements over all ranks of one checked collective. "
          "Percentiles: repetitions one by one, from when the ranks had met, each of its slowest rank.",
          columns.table("collectives", "No file holds a collective by itself.", lines)};
}

}  // namespace scalemark::report
