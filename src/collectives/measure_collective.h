#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "collectives/operation.h"
#include "core/activity.h"
#include "monitor/control_group.h"
#include "results/records.h"

namespace scalemark::collectives {

struct MeasureOptions {
  std::int64_t begin_bytes = 8;
  std::int64_t end_bytes = std::int64_t{128} << 20;
  double factor = 2;
  int warmup = 5;
  int repetitions = 20;
  bool check = true;
};

/// The ranks that measure together, and what this one brings.
struct Ranks {
  at::Device device;
  comm::Communicator& group;
  const monitor::ControlGroup& control;  ///< of the same ranks
  Activity& activity;                    ///< is told what this rank does
};

/// Sizes from `begin_bytes` to at most `end_bytes`, each `factor` times the one before.
std::vector<std::int64_t> sizes_of(const MeasureOptions& options);

/// Collective: measures `operation` over all sizes. A size that is no
/// whole number of elements for every rank is rounded down to one, and left out where nothing remains.
///
/// Each repetition begins when the ranks have met, and is timed on every rank, on the device's clock. What is checked
/// is one more collective behind them, of known values.
/// @param on_size  on rank 0, after each size: the record so far.
/// @return on rank 0 the record; on the others one without samples.
results::CommRecord measure_collective(const Operation& operation, const MeasureOptions& options,
                                       const std::string& type, const Ranks& ranks,
                                       const std::function<void(const results::CommRecord&)>& on_size);

}  // namespace scalemark::collectives
