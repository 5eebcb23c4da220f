#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "analysis/scaling.h"
#include "analysis/swept_series.h"
#include "core/intervals/crossing.h"
#include "core/statistics.h"

namespace scalemark::analysis {

/// Where one seed's training crossed the target: between two evaluations.
struct SeedCrossing {
  std::int64_t seed = 0;
  Crossing seconds{};
  Crossing images{};  ///< over all ranks
  Crossing joules{};  ///< NaN where not measured
};

/// A seed's training as its evaluations saw it.
struct AccuracyCurve {
  std::int64_t seed = 0;
  std::vector<double> seconds{};        ///< [evaluation]
  std::vector<double> epochs{};         ///< [evaluation] images trained on over those of the training set
  std::vector<double> test_accuracy{};  ///< [evaluation] fraction
};

/// A case that trained to a test accuracy (`measure.target`), over its seeds. All numbers up to the target are of the
/// same seeds, so that seconds = images / images_per_second; none is given where a seed fell short.
struct TimeToAccuracy {
  CaseKey key;
  std::size_t case_index = 0;                            ///< of the set's cases
  double target = results::kNotMeasured;                 ///< fraction
  double most_epochs = results::kNotMeasured;            ///< that a seed may train for
  double evaluate_every_epochs = results::kNotMeasured;  ///< between two evaluations
  double learning_rate = results::kNotMeasured;          ///< as the config has it
  std::string technique;                                 ///< how it differs from the other cases but in ranks and batch
  std::size_t seeds = 0;                                 ///< that began
  std::size_t reached = 0;
  std::size_t unfinished = 0;      ///< interrupted before the target or the last epoch
  std::string withheld;            ///< why no number up to the target is given; or empty
  Interval seconds = kNoInterval;  ///< of training to the target, evaluations left out
  Interval epochs = kNoInterval;   ///< images over those of the training set
  Interval images = kNoInterval;
  Interval joules = kNoInterval;                 ///< of all GPUs
  Interval images_per_second = kNoInterval;      ///< of all trainings that ended
  double best_accuracy = results::kNotMeasured;  ///< fraction: the highest of each seed, mean over seeds
  std::vector<SeedCrossing> crossings{};         ///< [seed] of those that reached it
  std::vector<AccuracyCurve> curves{};           ///< [seed]
  Traits traits{};                               ///< what tells it apart from the other cases

  bool has_time() const { return withheld.empty(); }
};

/// "3 of 3"; "1 of 3, 1 unfinished".
std::string seeds_text(const TimeToAccuracy& one);

/// Of every case with a target, in the set's order.
std::vector<TimeToAccuracy> times_to_accuracy(const CaseSet& set);

/// Cases that differ in the global batch alone; members are indices of `times`, those with a time.
std::vector<AxisSeries> epochs_by_batch(std::span<const TimeToAccuracy> times);

}  // namespace scalemark::analysis
