#include "core/statistics.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <vector>

#include "core/mean_estimate.h"
#include "core/nan.h"

namespace scalemark {
namespace {

/// A probability's argument and its complement: each is computed on its own, since 1 - x would lose a small complement.
struct UnitArgument {
  double x;
  double complement;
};

/// The continued fraction of the incomplete beta function by Lentz's method (NIST DLMF 8.17.22);
/// it converges quickly for x < (a + 1) / (a + b + 2).
double beta_continued_fraction(double a, double b, double x) {
  constexpr int kMaxTerms = 100000;
  constexpr double kTiny = 1e-300;
  const auto away_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1.0;
  double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
  double fraction = d;
  for (int m = 1; m <= kMaxTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m));
    d = 1.0 / away_from_zero(1.0 + even * d);
    c = away_from_zero(1.0 + even / c);
    fraction *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0));
    d = 1.0 / away_from_zero(1.0 + odd * d);
    c = away_from_zero(1.0 + odd / c);
    fraction *= c * d;
    if (std::abs(c * d - 1.0) < 2 * std::numeric_limits<double>::epsilon()) break;
  }
  return fraction;
}

/// The regularised incomplete beta function I_x(a, b).
double incomplete_beta(double a, double b, UnitArgument at) {
  if (at.x <= 0.0) return 0.0;
  if (at.complement <= 0.0) return 1.0;
  const double log_factor =
      std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(at.x) + b * std::log(at.complement);
  const double factor = std::exp(log_factor);
  if (at.x < (a + 1.0) / (a + b + 2.0)) return factor * beta_continued_fraction(a, b, at.x) / a;
  return 1.0 - factor * beta_continued_fraction(b, a, at.complement) / b;
}

double student_t_density(double t, double degrees_of_freedom) {
  const double half = 0.5 * degrees_of_freedom;
  return std::exp(std::lgamma(half + 0.5) - std::lgamma(half) - (half + 0.5) * std::log1p(t * t / degrees_of_freedom)) /
         std::sqrt(degrees_of_freedom * 3.14159265358979323846);
}

/// Student's t above zero, as seen by the root search: the mass beyond t, or between 0 and t where that is the smaller
/// of the two, so that the target keeps its relative precision.
class HalfDistribution {
 public:
  HalfDistribution(double degrees_of_freedom, double upper_tail)
      : degrees_of_freedom_(degrees_of_freedom), upper_tail_(upper_tail), central_(upper_tail > 0.25) {}

  /// Increases with t; its root is the quantile.
  double excess(double t) const {
    const double half = 0.5 * degrees_of_freedom_;
    const double sum = degrees_of_freedom_ + t * t;
    const UnitArgument outer{degrees_of_freedom_ / sum, t * t / sum};
    if (central_) return 0.5 * incomplete_beta(0.5, half, {outer.complement, outer.x}) - (0.5 - upper_tail_);
    return upper_tail_ - 0.5 * incomplete_beta(half, 0.5, outer);
  }
  double slope(double t) const { return student_t_density(t, degrees_of_freedom_); }

 private:
  double degrees_of_freedom_;
  double upper_tail_;
  bool central_;
};

/// Newton's method that bisects wherever a step would leave the bracket.
double root(const HalfDistribution& distribution) {
  double low = 0.0;
  double high = 1.0;
  while (distribution.excess(high) < 0.0 && std::isfinite(high)) {
    low = high;
    high *= 2.0;
  }
  double t = 0.5 * (low + high);
  for (int iteration = 0; iteration < 200; ++iteration) {
    const double excess = distribution.excess(t);
    (excess < 0.0 ? low : high) = t;
    const double newton = t - excess / distribution.slope(t);
    const double next = newton > low && newton < high ? newton : 0.5 * (low + high);
    if (std::abs(next - t) <= 4 * std::numeric_limits<double>::epsilon() * next) return next;
    t = next;
  }
  return t;
}

struct MeanInterval {
  double mean;
  double half_width;
};

/// Student's t interval of a mean; the half width is NaN for fewer than two values.
MeanInterval mean_interval_of(std::span<const double> values) {
  const MeanEstimate found = mean_estimate(values);
  if (std::isnan(found.variance)) return {found.mean, kNaN};
  return {found.mean, student_t_quantile(kQuantileOf95, found.degrees_of_freedom) * std::sqrt(found.variance)};
}

}  // namespace

Interval scaled(const Interval& interval, double factor) {
  return {interval.estimate * factor, interval.low * factor, interval.high * factor};
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

double quantile(std::span<const double> values, double p) {
  if (values.empty() || !(p >= 0.0 && p <= 1.0)) return kNaN;
  if (std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) return kNaN;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double fraction = position - static_cast<double>(below);
  if (fraction == 0.0) return sorted[below];
  return sorted[below] + fraction * (sorted[below + 1] - sorted[below]);
}

double student_t_quantile(double p, double degrees_of_freedom) {
  if (!(p > 0.0 && p < 1.0 && degrees_of_freedom > 0.0)) return kNaN;
  if (p == 0.5) return 0.0;
  const double upper_tail = p < 0.5 ? p : 1.0 - p;
  const double magnitude = root(HalfDistribution(degrees_of_freedom, upper_tail));
  return p < 0.5 ? -magnitude : magnitude;
}

double student_t_two_sided_p_value(double t, double degrees_of_freedom) {
  if (std::isnan(t) || !(degrees_of_freedom > 0.0)) return kNaN;
  if (std::isinf(t)) return 0.0;
  const double sum = degrees_of_freedom + t * t;
  return incomplete_beta(0.5 * degrees_of_freedom, 0.5, {degrees_of_freedom / sum, t * t / sum});
}

Interval interval_of_mean(std::span<const double> values) {
  std::vector<double> usable;
  std::copy_if(values.begin(), values.end(), std::back_inserter(usable), [](double one) { return std::isfinite(one); });
  const auto [mean, half_width] = mean_interval_of(usable);
  return {mean, mean - half_width, mean + half_width};
}

Interval interval_of_median(std::span<const double> values) {
  std::vector<double> logs;
  std::vector<double> usable;
  for (const double value : values) {
    if (!is_duration(value)) continue;
    usable.push_back(value);
    logs.push_back(std::log(value));
  }
  const double estimate = median(usable);
  const auto [mean, half_width] = mean_interval_of(logs);
  if (std::isnan(half_width)) return {estimate, kNaN, kNaN};
  return {estimate, std::min(estimate, std::exp(mean - half_width)), std::max(estimate, std::exp(mean + half_width))};
}

Interval interval_of_difference(std::span<const double> minuend, std::span<const double> subtrahend) {
  std::vector<double> differences;
  for (std::size_t round = 0; round < std::min(minuend.size(), subtrahend.size()); ++round) {
    const double difference = minuend[round] - subtrahend[round];
    if (std::isfinite(difference)) differences.push_back(difference);
  }
  return interval_of_mean(differences);
}

}  // namespace scalemark
