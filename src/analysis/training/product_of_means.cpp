#include "analysis/training/product_of_means.h"

#include <cmath>
#include <numeric>

#include "core/mean_estimate.h"

namespace scalemark::analysis {

void ProductOfMeans::multiply(std::span<const double> values, bool inverse) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  estimate_ = inverse ? estimate_ / mean : estimate_ * mean;
  deviations_.resize(values.size(), 0.0);
  for (std::size_t seed = 0; seed < values.size(); ++seed) {
    const double deviation = values[seed] / mean - 1.0;
    deviations_[seed] += inverse ? -deviation : deviation;
  }
}

ProductOfMeans& ProductOfMeans::times(std::span<const double> values) {
  multiply(values, false);
  return *this;
}

ProductOfMeans& ProductOfMeans::over(std::span<const double> values) {
  multiply(values, true);
  return *this;
}

Interval ProductOfMeans::interval() const {
  const MeanEstimate deviation = mean_estimate(deviations_);
  return MeanRatio{estimate_, std::sqrt(deviation.variance), deviation.degrees_of_freedom, deviation.standard_deviation,
                   deviation.standard_deviation}
      .interval();
}

MeanRatio ratio_of(const ProductOfMeans& above, const ProductOfMeans& below, bool paired) {
  const MeanEstimate a = mean_estimate(above.deviations());
  const MeanEstimate b = mean_estimate(below.deviations());
  MeanRatio ratio{above.estimate() / below.estimate(), std::sqrt(a.variance + b.variance),
                  welch_degrees_of_freedom(a, b), a.standard_deviation, b.standard_deviation};
  if (!paired) return ratio;
  std::vector<double> differences(above.deviations());
  for (std::size_t seed = 0; seed < differences.size(); ++seed) differences[seed] -= below.deviations()[seed];
  const MeanEstimate difference = mean_estimate(differences);
  ratio.standard_error = std::sqrt(difference.variance);
  ratio.degrees_of_freedom = difference.degrees_of_freedom;
  return ratio;
}

}  // namespace scalemark::analysis
