#include "collectives/size_figures.h"

#include "results/comm_summary.h"

namespace scalemark::collectives {
namespace {

using results::CommRecord;

results::CommPlace place_of(bool in_place) {
  return in_place ? results::CommPlace::kInPlace : results::CommPlace::kOutOfPlace;
}

}  // namespace

bool has_place(const CommRecord& record, bool in_place) { return results::has_place(record, place_of(in_place)); }

SizeFigures figures_of(const Operation& operation, const CommRecord& record, std::size_t size, bool in_place) {
  const results::InARow& in_a_row = in_place ? record.in_place_in_a_row : record.in_a_row;
  const auto& wrong = in_place ? record.in_place_wrong : record.wrong;
  SizeFigures figures;
  figures.repetition_seconds = slowest_ranks(record, place_of(in_place), size);
  figures.seconds = comm_seconds(record, place_of(in_place), size);
  figures.algorithm_bandwidth = static_cast<double>(record.bytes[size]) / figures.seconds;
  figures.bus_bandwidth = figures.algorithm_bandwidth * operation.bus_factor(static_cast<int>(record.ranks));
  if (!wrong.empty()) figures.wrong = wrong[size];
  figures.graph_seconds = mean_over_ranks(record, in_a_row.graph_seconds, size);
  figures.call_seconds = mean_over_ranks(record, in_a_row.call_seconds, size);
  return figures;
}

std::int64_t elements_of(const Operation& operation, const CommRecord& record, std::size_t size) {
  const std::int64_t pieces = operation.input_has_pieces || operation.output_has_pieces ? record.ranks : 1;
  return record.bytes[size] / pieces / static_cast<std::int64_t>(c10::elementSize(type_named(record.type)));
}

double average_bus_bandwidth(const Operation& operation, const CommRecord& record) {
  double sum = 0;
  double count = 0;
  for (const bool in_place : {false, true}) {
    for (std::size_t size = 0; has_place(record, in_place) && size < record.bytes.size(); ++size, ++count)
      sum += figures_of(operation, record, size, in_place).bus_bandwidth;
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace scalemark::collectives
