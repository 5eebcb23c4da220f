#include "core/serial_correlation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/nan.h"

namespace scalemark {
namespace {

/// A correlation beyond it cannot be told from a drift, and fewer independent values than this would widen an interval
/// until it said nothing.
constexpr double kLargestCorrelation = 0.9;
constexpr double kFewestEffective = 3.0;

/// Lag-1 autocorrelation about the mean; NaN where the values vary by no more than rounding.
double autocorrelation(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double products = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    squares += (values[i] - mean) * (values[i] - mean);
    if (i > 0) products += (values[i] - mean) * (values[i - 1] - mean);
  }
  const double rounding = 1e-14 * mean;
  return squares > count * rounding * rounding ? products / squares : kNaN;
}

}  // namespace

EffectiveCount effective_count(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  const double measured = values.size() < kFewestForCorrelation ? kNaN : autocorrelation(values);
  if (std::isnan(measured)) return {1.0, count};
  // The mean that is taken off pulls the autocorrelation of n values down by (1 + 3 r) / n (Kendall 1954).
  const double correlation = std::clamp((measured * count + 1.0) / (count - 3.0), 0.0, kLargestCorrelation);
  const double factor = (1.0 + correlation) / (1.0 - correlation);
  return {factor, std::max(kFewestEffective, count / factor)};
}

double serial_correlation_p_value(std::span<const double> values) {
  if (values.size() < kFewestForCorrelation) return kNaN;
  const double measured = autocorrelation(values);
  if (std::isnan(measured)) return 1.0;
  const auto count = static_cast<double>(values.size());
  const double mean = -1.0 / count;
  const double variance = (count - 2.0) * (count - 2.0) / (count * count * (count - 1.0));
  return 0.5 * std::erfc((measured - mean) / std::sqrt(2.0 * variance));
}

}  // namespace scalemark
