#include "core/mean_ratio.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "core/nan.h"
#include "core/serial_correlation.h"

namespace scalemark {
namespace {

bool is_usable_duration(double value) { return std::isfinite(value) && value > 0.0; }

/// One side of a ratio.
struct RatioSide {
  double mean = kNaN;
  double scatter = kNaN;           ///< standard deviation over the mean
  double variance_of_mean = kNaN;  ///< relative
  double degrees_of_freedom = 0.0;
};

RatioSide ratio_side_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  RatioSide side;
  side.mean = 0.0;
  for (const double value : values) side.mean += value / count;
  if (values.size() < 2) return side;
  double variance = 0.0;
  for (const double value : values) variance += (value - side.mean) * (value - side.mean) / (count - 1.0);
  const EffectiveCount effective = effective_count(values);
  side.scatter = std::sqrt(variance) / side.mean;
  side.variance_of_mean = side.scatter * side.scatter / count * effective.variance_factor;
  side.degrees_of_freedom = effective.count - 1.0;
  return side;
}

double freedom_of_welch(const RatioSide& a, const RatioSide& b) {
  const double sum = a.variance_of_mean + b.variance_of_mean;
  // Without any scatter the formula is 0 / 0; its quantile does not matter then.
  if (sum == 0.0) return a.degrees_of_freedom + b.degrees_of_freedom;
  return sum * sum /
         (std::pow(a.variance_of_mean, 2) / a.degrees_of_freedom +
          std::pow(b.variance_of_mean, 2) / b.degrees_of_freedom);
}

std::vector<double> usable_durations(std::span<const double> values) {
  std::vector<double> kept;
  std::copy_if(values.begin(), values.end(), std::back_inserter(kept), is_usable_duration);
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
  const RatioSide above = ratio_side_of(usable_durations(numerator));
  const RatioSide below = ratio_side_of(usable_durations(denominator));
  const double standard_error = std::sqrt(above.variance_of_mean + below.variance_of_mean);
  const double freedom = std::isnan(standard_error) ? kNaN : freedom_of_welch(above, below);
  return {above.mean / below.mean, standard_error, freedom, above.scatter, below.scatter};
}

MeanRatio paired_mean_ratio(std::span<const double> numerator, std::span<const double> denominator) {
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t round = 0; round < std::min(numerator.size(), denominator.size()); ++round) {
    if (!is_usable_duration(numerator[round]) || !is_usable_duration(denominator[round])) continue;
    x.push_back(numerator[round]);
    y.push_back(denominator[round]);
  }
  const RatioSide above = ratio_side_of(x);
  const RatioSide below = ratio_side_of(y);
  MeanRatio test{above.mean / below.mean, kNaN, kNaN, above.scatter, below.scatter};
  if (x.size() < 2) return test;
  std::vector<double> differences;
  double variance = 0.0;
  for (std::size_t round = 0; round < x.size(); ++round) {
    differences.push_back(x[round] / above.mean - y[round] / below.mean);
    variance += differences.back() * differences.back() / static_cast<double>(x.size() - 1);
  }
  const EffectiveCount effective = effective_count(differences);
  test.standard_error = std::sqrt(variance / static_cast<double>(x.size()) * effective.variance_factor);
  test.degrees_of_freedom = effective.count - 1.0;
  return test;
}

}  // namespace scalemark
