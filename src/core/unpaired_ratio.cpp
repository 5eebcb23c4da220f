#include "core/unpaired_ratio.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/nan.h"

namespace scalemark {
namespace {

constexpr double kPower = 0.8;

/// Moments of the logarithms of one side.
struct Side {
  double count = 0.0;
  double mean = kNaN;
  double variance = kNaN;

  double variance_of_mean() const { return variance / count; }
};

Side side_of(std::span<const double> values) {
  std::vector<double> logs;
  for (const double value : values) {
    if (std::isfinite(value) && value > 0.0) logs.push_back(std::log(value));
  }
  if (logs.empty()) return {};
  Side side;
  side.count = static_cast<double>(logs.size());
  double sum = 0.0;
  for (const double log : logs) sum += log;
  side.mean = sum / side.count;
  if (logs.size() < 2) return side;
  side.variance = 0.0;
  for (const double log : logs) side.variance += (log - side.mean) * (log - side.mean) / (side.count - 1.0);
  return side;
}

double welch_degrees_of_freedom(const Side& a, const Side& b) {
  const double sum = a.variance_of_mean() + b.variance_of_mean();
  // Without any scatter the formula is 0 / 0; its quantile does not matter then.
  if (sum == 0.0) return a.count + b.count - 2.0;
  return sum * sum /
         (std::pow(a.variance_of_mean(), 2) / (a.count - 1.0) + std::pow(b.variance_of_mean(), 2) / (b.count - 1.0));
}

double p_value_of(double difference, double standard_error, double degrees_of_freedom) {
  if (standard_error == 0.0) return difference == 0.0 ? 1.0 : 0.0;
  return student_t_two_sided_p_value(difference / standard_error, degrees_of_freedom);
}

}  // namespace

UnpairedRatio unpaired_ratio(std::span<const double> numerator, std::span<const double> denominator) {
  const Side above = side_of(numerator);
  const Side below = side_of(denominator);
  const double difference = above.mean - below.mean;
  const double standard_error = std::sqrt(above.variance_of_mean() + below.variance_of_mean());
  UnpairedRatio result{{std::exp(difference), kNaN, kNaN}, kNaN, standard_error, kNaN, std::sqrt(above.variance),
                       std::sqrt(below.variance)};
  if (std::isnan(standard_error)) return result;
  result.degrees_of_freedom = welch_degrees_of_freedom(above, below);
  const double half_width = student_t_quantile(kQuantileOf95, result.degrees_of_freedom) * standard_error;
  result.ratio.low = std::exp(difference - half_width);
  result.ratio.high = std::exp(difference + half_width);
  result.p_value = p_value_of(difference, standard_error, result.degrees_of_freedom);
  return result;
}

double smallest_detectable_change(const UnpairedRatio& ratio, double level) {
  const double quantiles = student_t_quantile(1.0 - 0.5 * level, ratio.degrees_of_freedom) +
                           student_t_quantile(kPower, ratio.degrees_of_freedom);
  return std::expm1(quantiles * ratio.standard_error);
}

}  // namespace scalemark
