#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "prediction/compute_curve.h"

namespace scalemark::prediction {

/// The measured cases of one training (equal signatures), over ranks and batches.
struct TrainingFamily {
  std::string name;  ///< the model, and what tells this training from others of the same model
  analysis::Signature signature;
  std::vector<const analysis::MeasuredCase*> several_ranks;        ///< those that has_schedule(); not empty
  std::map<std::int64_t, const analysis::MeasuredCase*> one_rank;  ///< batch per rank to case

  /// Repetitions that every case has.
  std::size_t repetitions() const;

  /// The largest measured number of ranks.
  int most_ranks() const;

  /// Images of the training set; 0 where that is not known.
  std::int64_t images() const;

  /// The case of several ranks whose batch is nearest, of these the one with the most ranks.
  const analysis::MeasuredCase& nearest(std::int64_t batch_per_rank) const;

  /// Mean step of one rank at any batch: of the one-rank cases, or of several ranks without reduction where there are
  /// none; of all repetitions but `left_out`.
  double one_rank_seconds(std::int64_t batch_per_rank, LeftOut left_out = {}) const;

  bool covers(std::int64_t batch_per_rank) const;

  /// Every measured batch per rank, ascending.
  std::vector<std::int64_t> batches() const;
};

/// The families that hold a case of several ranks to predict from, in the order of their first case.
/// @param uses  which of the cases that has_schedule() count
std::vector<TrainingFamily> training_families(
    const analysis::CaseSet& set,
    const std::function<bool(const analysis::MeasuredCase&)>& uses = [](const auto&) { return true; });

}  // namespace scalemark::prediction
