#include "core/mean_ratio.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "core/mean_estimate.h"
#include "core/nan.h"

namespace scalemark {
namespace {

/// In units of its mean, so that it says how sure the mean's logarithm is.
MeanEstimate relative(const MeanEstimate& side) {
  return {side.mean, side.standard_deviation / side.mean, side.variance / (side.mean * side.mean),
          side.degrees_of_freedom};
}

std::vector<double> usable_durations(std::span<const double> values) {
  std::vector<double> kept;
  std::copy_if(values.begin(), values.end(), std::back_inserter(kept), is_duration);
  return kept;
}

}  // namespace

Interval MeanRatio::interval() const {
  if (std::isnan(degrees_of_freedom)) return {estimate, kNaN, kNaN};
  const double factor = std::exp(student_t_quantile(kQuantileOf95, degrees_of_freedom) * standard_error);
  return {estimate, estimate / factor, estimate * factor};
}

double MeanRatio::p_value_against(double bound) const {
  const double distance = std::log(estimate) - std::log(bound);
  if (standard_error == 0.0) return distance == 0.0 ? 1.0 : 0.0;
  return student_t_two_sided_p_value(distance / standard_error, degrees_of_freedom);
}

double MeanRatio::found_from(double bound, double level, double power) const {
  const double quantiles =
      student_t_quantile(1.0 - 0.5 * level, degrees_of_freedom) + student_t_quantile(power, degrees_of_freedom);
  return bound * std::exp(quantiles * standard_error);
}

MeanRatio unpaired_mean_ratio(std::span<const double> numerator, std::span<const double> denominator) {
  const MeanEstimate above = relative(mean_estimate(usable_durations(numerator)));
  const MeanEstimate below = relative(mean_estimate(usable_durations(denominator)));
  return {above.mean / below.mean, std::sqrt(above.variance + below.variance), welch_degrees_of_freedom(above, below),
          above.standard_deviation, below.standard_deviation};
}

MeanRatio paired_mean_ratio(std::span<const double> numerator, std::span<const double> denominator) {
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t round = 0; round < std::min(numerator.size(), denominator.size()); ++round) {
    if (!is_duration(numerator[round]) || !is_duration(denominator[round])) continue;
    x.push_back(numerator[round]);
    y.push_back(denominator[round]);
  }
  const MeanEstimate above = relative(mean_estimate(x));
  const MeanEstimate below = relative(mean_estimate(y));
  std::vector<double> differences;
  for (std::size_t round = 0; round < x.size(); ++round)
    differences.push_back(x[round] / above.mean - y[round] / below.mean);
  const MeanEstimate difference = mean_estimate(differences);
  return {above.mean / below.mean, std::sqrt(difference.variance), difference.degrees_of_freedom,
          above.standard_deviation, below.standard_deviation};
}

}  // namespace scalemark
