#pragma once

#include <cstdint>

#include "core/statistics.h"
#include "prediction/network_fit.h"
#include "prediction/overlap_simulation.h"
#include "prediction/training_family.h"
#include "prediction/validation.h"

namespace scalemark::prediction {

/// What is to be predicted of a training.
struct Wanted {
  int ranks = 0;
  std::int64_t batch_per_rank = 0;
  std::int64_t one_rank_batch = 0;  ///< of the rank that the speed-up is over
};

/// A step that was not measured, with 95 % bands.
struct StepPrediction {
  SimulatedStep step;
  Interval step_seconds{};
  Interval one_rank_over_step{};  ///< step time of one rank / step time
  double unknown_network = 0;     ///< what the network's unknown parameters leave open: 0.1 is a tenth of the step
};

/// Simulates the step and its bands. They hold, as independent of each other and in logarithms: the scatter of the
/// repetitions in compute and in the network, each by leaving out one at a time; the scatter between ranks that so few
/// of them leave possible; the range of the network's unknown parameters; and the model's error, which grows with the
/// distance.
StepPrediction predict_step(const TrainingFamily& family, const NetworkFit& network, const ModelError& error,
                            const Wanted& wanted);

}  // namespace scalemark::prediction
