#include "prediction/hiding_limit.h"

#include "prediction/step_model.h"

namespace scalemark::prediction {

HidingLimit hiding_limit(const TrainingFamily& family, const NetworkModel& network, std::int64_t batch_per_rank,
                         int furthest) {
  constexpr double kHiddenShare = 0.01;
  const StepModel model(family, batch_per_rank);
  HidingLimit limit{family.name, batch_per_rank};
  for (int ranks = 2; ranks <= furthest && limit.ranks == 0; ranks *= 2) {
    const SimulatedStep step = model.step(network, ranks);
    if (step.exposed_seconds > kHiddenShare * step.step_seconds) limit.ranks = ranks;
    limit.furthest = ranks;
  }
  return limit;
}

}  // namespace scalemark::prediction
