#pragma once

#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "core/mean_ratio.h"
#include "core/statistics.h"

namespace scalemark::analysis {

/// Whether repetition r of two cases were measured close in time, so that a drift of the machine cancels in their
/// ratio.
struct Pairing {
  bool paired = false;
  std::string reason;  ///< why not: "the two sides are from different jobs"; empty where they are
};

Pairing pairing_of(const MeasuredCase& base, const MeasuredCase& one);

/// The mean steps of two cases that are held against each other.
struct ComparedTimes {
  Pairing pairing;
  std::vector<double> base;  ///< [repetition] of those that both hold where they are paired, else of all
  std::vector<double> one;   ///< the same

  /// Repetitions with a time, of the side that has fewer.
  std::size_t rounds() const;

  /// base / one, paired or not.
  MeanRatio mean_ratio() const;

  /// The same with its 95 % interval.
  Interval ratio() const { return mean_ratio().interval(); }
};

ComparedTimes compared_times(const MeasuredCase& base, const MeasuredCase& one);

}  // namespace scalemark::analysis
