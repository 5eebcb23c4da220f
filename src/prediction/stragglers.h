#pragma once

#include <vector>

#include "prediction/jackknife.h"
#include "results/records.h"

namespace scalemark::prediction {

/// How much of the scatter between ranks is counted: as it was estimated, or the most that so few ranks leave possible
/// (the end of its 95 % interval).
enum class RankScatter { kEstimated, kMost };

/// The slowest of many ranks, from the steps that a few of them took without waiting for each other.
///
/// Every step of `ranks` ranks is one draw of "the slowest of so many". More ranks are several such groups, drawn anew
/// and independently: the slowest of n ranks has the distribution of a group's to the power n / ranks, so that what the
/// ranks of a group have in common stays in common. Each draw is spread by the scatter of the ranks' own speeds, since
/// other ranks have others. Repetitions count relative to their mean: a drift of the machine is no straggler.
class Stragglers {
 public:
  /// @param compute  steps without reduction
  explicit Stragglers(const results::StepSamples& compute, LeftOut left_out = {});

  /// Mean step of the slowest of the measured ranks.
  double measured_seconds() const { return measured_seconds_; }

  /// The same of the slowest of `ranks` ranks.
  double seconds_of(int ranks, RankScatter scatter = RankScatter::kEstimated) const;

  /// Standard deviation of the ranks' own speeds: 0.02 is 2 %.
  double rank_scatter() const { return rank_scatter_; }

 private:
  int ranks_;
  double measured_seconds_;
  double rank_scatter_;
  std::vector<double> relative_;  ///< each step's slowest rank over the mean of its repetition
};

}  // namespace scalemark::prediction
