#pragma once

#include <cstdint>
#include <string>

#include "prediction/network_model.h"
#include "prediction/training_family.h"

namespace scalemark::prediction {

/// Where communication stops hiding behind backward, of one training and batch per rank.
struct HidingLimit {
  std::string training;  ///< the model, and what tells it from other measured trainings of the model
  std::int64_t batch_per_rank = 0;
  int ranks = 0;     ///< the smallest power of two at which more than 1 % of the step is exposed; 0: none was found
  int furthest = 0;  ///< the largest count that was tried
};

/// Tries powers of two up to `furthest`.
HidingLimit hiding_limit(const TrainingFamily& family, const NetworkModel& network, std::int64_t batch_per_rank,
                         int furthest);

}  // namespace scalemark::prediction
