#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "core/statistics.h"

namespace scalemark::analysis {

/// Where a step of the phase pass went. Means over its repetitions, steps and ranks, so that phases and gap add up.
struct PhaseBreakdown {
  CaseKey key;
  std::vector<std::string> names;               ///< [phase]
  std::vector<double> seconds;                  ///< [phase] per step
  double gap_seconds = results::kNotMeasured;   ///< the step clock less the sum of the phases
  double step_seconds = results::kNotMeasured;  ///< by the pass's own clock around the whole step
};

/// What a step of the full arm costs over the same step without something.
struct ArmCost {
  CaseKey key;
  Interval seconds;                                ///< full - other arm, paired by repetition
  double share = results::kNotMeasured;            ///< of the full step
  double without_seconds = results::kNotMeasured;  ///< median step of the other arm

  /// The step is longer without than with, beyond the noise and by more than 1 % of the step: no cost is negative, so
  /// something else changed between the arms.
  bool contradictory() const;
};

/// Reduction of every bucket without compute.
struct Communication {
  CaseKey key;
  Interval seconds;        ///< per step
  std::int64_t bytes = 0;  ///< per step and rank
  std::int64_t buckets = 0;
  double algorithm_bandwidth = results::kNotMeasured;  ///< bytes per second: bytes / time
  double bus_bandwidth = results::kNotMeasured;  ///< algorithm bandwidth x 2(n-1)/n, as in nccl-tests; needs two ranks
  std::string launch{};                          ///< "graph", or "eager: " and why; empty where it is not known
  std::string choices{};                         ///< how NCCL reduces the buckets; empty where it is not known
};

/// Peak memory over the ranks of a case.
struct MemoryUse {
  CaseKey key;
  double highest_bytes = results::kNotMeasured;
  std::int32_t highest_rank = 0;
  double lowest_bytes = results::kNotMeasured;
};

/// nullopt where the case holds no phase pass.
std::optional<PhaseBreakdown> phase_breakdown(const MeasuredCase& one);

/// The phases of all cases, in the order in which they first occur.
std::vector<std::string> phase_names(const std::vector<PhaseBreakdown>& phases);

/// full - no_sync: communication that backward does not hide. nullopt without both arms.
std::optional<ArmCost> exposed_communication(const MeasuredCase& one);

/// full - cached_input: what feeding the step costs. nullopt without both arms.
std::optional<ArmCost> input_cost(const MeasuredCase& one);

/// nullopt without a comm_only arm.
std::optional<Communication> communication(const MeasuredCase& one);

/// nullopt where no rank's peak is known.
std::optional<MemoryUse> memory_use(const MeasuredCase& one);

}  // namespace scalemark::analysis
