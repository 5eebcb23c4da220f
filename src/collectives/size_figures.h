#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "collectives/operation.h"
#include "results/records.h"

namespace scalemark::collectives {

/// What the table shows of one size in one place, unrounded. Seconds, bytes per second; NaN where nothing was measured.
struct SizeFigures {
  double seconds = results::kNotMeasured;
  double algorithm_bandwidth = results::kNotMeasured;
  double bus_bandwidth = results::kNotMeasured;
  std::optional<std::int64_t> wrong{};           ///< elements over all ranks; none: not checked
  double graph_seconds = results::kNotMeasured;  ///< of one of many in a replayed graph
  double call_seconds = results::kNotMeasured;   ///< of the host, to start one of many
  std::vector<double> repetition_seconds{};      ///< one by one, each of its slowest rank
};

/// False where the record holds no samples in place, or none out of place.
bool has_place(const results::CommRecord& record, bool in_place);

/// @param size  an index into record.bytes; the record holds the place.
SizeFigures figures_of(const Operation& operation, const results::CommRecord& record, std::size_t size, bool in_place);

/// Elements of the size as nccl-tests counts them: of a piece where there is one per rank.
std::int64_t elements_of(const Operation& operation, const results::CommRecord& record, std::size_t size);

/// Bytes per second, over all sizes and places; 0 without any, as nccl-tests.
double average_bus_bandwidth(const Operation& operation, const results::CommRecord& record);

}  // namespace scalemark::collectives
