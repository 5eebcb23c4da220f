#include "prediction/step_model.h"

#include "prediction/compute_curve.h"

namespace scalemark::prediction {

StepModel::StepModel(const TrainingFamily& family, std::int64_t batch_per_rank, LeftOut left_out)
    : phases_(schedule_of(*family.nearest(batch_per_rank).record, left_out)),
      stragglers_(compute_samples(*family.nearest(batch_per_rank).record), left_out) {
  const std::int64_t measured_batch = family.nearest(batch_per_rank).key.batch_per_rank;
  if (measured_batch == batch_per_rank) return;
  of_batch_ = family.one_rank_seconds(batch_per_rank, left_out) / family.one_rank_seconds(measured_batch, left_out);
}

ComputeSchedule StepModel::compute(int ranks, RankScatter scatter) const {
  return phases_.scaled(of_batch_ * stragglers_.seconds_of(ranks, scatter) / phases_.step_seconds());
}

SimulatedStep StepModel::step(const NetworkModel& network, int ranks, RankScatter scatter) const {
  return simulate_step(compute(ranks, scatter),
                       [&](double bytes) { return all_reduce_seconds(network, ranks, bytes); });
}

}  // namespace scalemark::prediction
