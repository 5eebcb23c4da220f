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
  std::int64_t step_bytes = 0;  ///< 0: sizes grow by `factor`
  int warmup = 5;
  int repetitions = 20;
  bool check = true;
};

/// Has the device keep the work that it is given, without doing it; what is returned does it, as often as it is called.
/// @throws c10::Error where the device cannot keep it.
using RecordWork = std::function<std::function<void()>(const std::function<void()>& work)>;

/// The ranks that measure together, and what this one brings.
struct Ranks {
  at::Device device;
  comm::Communicator& group;
  const monitor::ControlGroup& control;  ///< of the same ranks
  Activity& activity;                    ///< is told what this rank does
  RecordWork record{};                   ///< empty where the device keeps no graphs
};

/// Sizes from `begin_bytes` to at most `end_bytes`, each `factor` times the one before, or `step_bytes` more.
std::vector<std::int64_t> sizes_of(const MeasureOptions& options);

/// The bytes that are measured: each size rounded down to whole elements of every rank, each once.
std::vector<std::int64_t> measured_bytes(const Operation& operation, const MeasureOptions& options,
                                         const std::string& type, std::int64_t ranks);

/// Collective: measures `operation` over all sizes. A size that is no
/// whole number of elements for every rank is rounded down to one, and left out where nothing remains.
///
/// All of it on every rank, on the device's clock, and from when the ranks have met: each repetition alone; as many in
/// a row; the same as a replayed graph, where the device keeps graphs. What is checked is one more collective behind
/// them, of known values. NCCL is asked for its algorithm once per size, apart from what is timed.
/// @param on_size  on rank 0, after each size: the record so far.
/// @return on rank 0 the record; on the others one without samples.
results::CommRecord measure_collective(const Operation& operation, const MeasureOptions& options,
                                       const std::string& type, const Ranks& ranks,
                                       const std::function<void(const results::CommRecord&)>& on_size);

}  // namespace scalemark::collectives
