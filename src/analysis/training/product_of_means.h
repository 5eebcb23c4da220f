#pragma once

#include <span>
#include <vector>

#include "core/mean_ratio.h"

namespace scalemark::analysis {

/// Means over the same seeds, multiplied or divided: images trained on over the seconds that they took. Its logarithm
/// is linearised, as core/mean_ratio.h does with one mean: each seed deviates by the sum of its relative deviations.
class ProductOfMeans {
 public:
  ProductOfMeans& times(std::span<const double> values);
  ProductOfMeans& over(std::span<const double> values);

  double estimate() const { return estimate_; }
  const std::vector<double>& deviations() const { return deviations_; }  ///< [seed] of the logarithm

  /// 95 % by Student's t over seeds; NaN bounds below two.
  Interval interval() const;

 private:
  void multiply(std::span<const double> values, bool inverse);

  double estimate_ = 1.0;
  std::vector<double> deviations_{};
};

/// above / below with its standard error: paired where the seeds of both are the same, in one order, else by Welch.
MeanRatio ratio_of(const ProductOfMeans& above, const ProductOfMeans& below, bool paired);

}  // namespace scalemark::analysis
