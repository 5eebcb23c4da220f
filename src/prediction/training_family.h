#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "prediction/compute_curve.h"

namespace scalemark::prediction {

/// The measured cases of one training (equal signatures), over ranks and batches.
struct TrainingFamily {
  std::string name;  ///< the model, and what tells this training from others of the same model
  std::vector<const analysis::MeasuredCase*> several_ranks;        ///< those that has_schedule(); not empty
  std::map<std::int64_t, const analysis::MeasuredCase*> one_rank;  ///< batch per rank to case

  /// Repetitions that every case has.
  std::size_t repetitions() const;

  /// The case of several ranks whose batch is nearest, of these the one with the most ranks; never `without`.
  /// nullptr where there is no other.
  const analysis::MeasuredCase* nearest(std::int64_t batch_per_rank,
                                        const analysis::MeasuredCase* without = nullptr) const;

  /// Compute and buckets at any batch: those of `reference`, at the speed that the one-rank cases give.
  ComputeSchedule schedule(const analysis::MeasuredCase& reference, std::int64_t batch_per_rank,
                           std::size_t repetition) const;

  /// A step of one rank; without one-rank cases that of several ranks without reduction.
  double one_rank_seconds(std::int64_t batch_per_rank, std::size_t repetition) const;

  bool covers(std::int64_t batch_per_rank) const;

  /// Every measured batch per rank, ascending.
  std::vector<std::int64_t> batches() const;

 private:
  ComputeCurve curve(std::size_t repetition) const;
};

/// The families that hold a case of several ranks to predict from, in the order of their first case.
std::vector<TrainingFamily> training_families(const analysis::CaseSet& set);

}  // namespace scalemark::prediction
