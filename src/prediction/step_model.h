#pragma once

#include <cstdint>

#include "prediction/network_model.h"
#include "prediction/overlap_simulation.h"
#include "prediction/stragglers.h"
#include "prediction/training_family.h"

namespace scalemark::prediction {

/// A training's step at any number of ranks: the compute and the buckets of the nearest measured case, at the speed of
/// the slowest rank, with the reduction over some network.
class StepModel {
 public:
  /// @param left_out  the repetition that does not count
  StepModel(const TrainingFamily& family, std::int64_t batch_per_rank, LeftOut left_out = {});

  /// Of the slowest of `ranks` ranks.
  ComputeSchedule compute(int ranks, RankScatter scatter = RankScatter::kEstimated) const;

  SimulatedStep step(const NetworkModel& network, int ranks, RankScatter scatter = RankScatter::kEstimated) const;

 private:
  ComputeSchedule phases_;
  Stragglers stragglers_;
  double of_batch_ = 1;  ///< time of this batch over that of the measured case's
};

}  // namespace scalemark::prediction
