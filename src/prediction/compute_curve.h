#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "analysis/case_set.h"
#include "prediction/overlap_simulation.h"

namespace scalemark::prediction {

/// Whether a case holds what schedule_of needs: it is ok, of several ranks, with a phase pass and its buckets.
bool has_schedule(const analysis::MeasuredCase& one);

/// The schedule of one repetition: the phases of the labelled pass, without its reduction, at the speed of the no_sync
/// arm (of the pass itself where that was not measured).
ComputeSchedule schedule_of(const results::CaseRecord& record, std::size_t repetition);

/// Step time over batch per rank: straight lines through the measured batches, and beyond them through the nearest two.
class ComputeCurve {
 public:
  /// @param seconds  batch per rank to seconds per step; at least one entry, which then stands for time in proportion
  explicit ComputeCurve(std::map<std::int64_t, double> seconds) : seconds_(std::move(seconds)) {}

  double at(std::int64_t batch_per_rank) const;

 private:
  std::map<std::int64_t, double> seconds_;
};

}  // namespace scalemark::prediction
