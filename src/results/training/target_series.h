#pragma once

#include <array>
#include <vector>

#include "results/quantities.h"
#include "results/training/target_run.h"

namespace scalemark::results {

/// A data set [seed, evaluation] of the group /cases/<case>/target.
struct TargetSeries {
  const char* name;
  std::vector<double> TargetRun::*values;
  Quantity quantity;
};

inline const std::array<TargetSeries, 6>& target_series() {
  static const std::array<TargetSeries, 6> series{{
      {"epochs", &TargetRun::epochs, {"1", "epochs trained before the evaluation"}},
      {"seconds", &TargetRun::seconds, {"s", "time of training before the evaluation; evaluations are left out"}},
      {"images", &TargetRun::images, {"image", "images trained on before the evaluation, over all ranks"}},
      {"joules",
       &TargetRun::joules,
       {"J", "energy of all ranks' GPUs before the evaluation; evaluations are left out"}},
      {"train_accuracy", &TargetRun::train_accuracy, {"1", "fraction of the training images classified right"}},
      {"test_accuracy", &TargetRun::test_accuracy, {"1", "fraction of the test images classified right"}},
  }};
  return series;
}

}  // namespace scalemark::results
