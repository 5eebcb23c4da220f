#include "core/mean_estimate.h"

#include <cmath>

#include "core/nan.h"
#include "core/serial_correlation.h"

namespace scalemark {

MeanEstimate mean_estimate(std::span<const double> values) {
  if (values.empty()) return {kNaN, kNaN, kNaN, kNaN};
  const auto count = static_cast<double>(values.size());
  double sum = 0.0;
  for (const double value : values) sum += value;
  const double mean = sum / count;
  if (values.size() < 2) return {mean, kNaN, kNaN, kNaN};
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double variance = squares / (count - 1.0);
  const EffectiveCount effective = effective_count(values);
  return {mean, std::sqrt(variance), variance / count * effective.variance_factor, effective.count - 1.0};
}

double welch_degrees_of_freedom(const MeanEstimate& a, const MeanEstimate& b) {
  const double sum = a.variance + b.variance;
  // Without any scatter the formula is 0 / 0; its quantile does not matter then.
  if (sum == 0.0) return a.degrees_of_freedom + b.degrees_of_freedom;
  return sum * sum / (a.variance * a.variance / a.degrees_of_freedom + b.variance * b.variance / b.degrees_of_freedom);
}

bool is_duration(double seconds) { return std::isfinite(seconds) && seconds > 0.0; }

}  // namespace scalemark
