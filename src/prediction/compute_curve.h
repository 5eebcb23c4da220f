#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "analysis/case_set.h"
#include "prediction/jackknife.h"
#include "prediction/overlap_simulation.h"

namespace scalemark::prediction {

/// Whether a case holds what schedule_of needs: it is ok, of several ranks, with a phase pass and its buckets.
bool has_schedule(const analysis::MeasuredCase& one);

/// The phases of the labelled pass, without its reduction, and when its buckets are full: means over ranks, steps and
/// all repetitions but `left_out`. The pass is slower than a timed step; scale it.
ComputeSchedule schedule_of(const results::CaseRecord& record, LeftOut left_out = {});

/// Steps without reduction: the no_sync arm, or the phase pass without its reduction where that was not measured.
results::StepSamples compute_samples(const results::CaseRecord& record);

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
