#pragma once

#include <cstdint>
#include <vector>

namespace scalemark::results {

/// One training to a test accuracy (`measure.target`) from one seed. The series have one value per evaluation, the last
/// of which reached the target or ended the last epoch; fewer where the training was interrupted.
struct TargetRun {
  std::int64_t seed = 0;
  std::vector<double> epochs;          ///< [evaluation] trained before it, fractions included
  std::vector<double> seconds;         ///< [evaluation] of training before it; evaluations themselves are left out
  std::vector<double> images;          ///< [evaluation] trained on before it, over all ranks
  std::vector<double> joules;          ///< [evaluation] used by all ranks' GPUs before it; NaN where not measured
  std::vector<double> train_accuracy;  ///< [evaluation] fraction in [0, 1]; NaN where it was not evaluated
  std::vector<double> test_accuracy;   ///< [evaluation] fraction in [0, 1] of the whole test set, over all ranks
  bool ended = false;                  ///< reached its target, or trained for the most epochs
};

}  // namespace scalemark::results
