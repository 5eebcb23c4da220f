#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/comm_options.h"
#include "collectives/measure_collective.h"
#include "collectives/operation.h"
#include "config/experiment.h"
#include "results/records.h"

namespace scalemark::app {

/// What `comm` measures, and how it judges.
struct CommPlan {
  std::vector<collectives::Operation> operations;
  collectives::MeasureOptions measure;
  bool cuda = false;
  std::vector<results::CommRecord> baseline{};  ///< on rank 0; empty without --baseline
  double gate = 0;                              ///< the share that a verdict asks for
  bool is_gate = false;                         ///< whether the exit code says what the verdicts say
};

/// @param ranks    that measure
/// @param reads    whether this rank reads the baseline: one does
/// @throws InputError
CommPlan plan_of(const CommOptions& options, std::int64_t ranks, bool reads);

/// The options as a config would hold them, for the file's provenance.
config::Experiment experiment_of(const CommOptions& options, const CommPlan& plan);

}  // namespace scalemark::app
