#pragma once

#include <span>

namespace scalemark {

/// An estimate with the bounds of its 95 % interval. NaN where it cannot be given (fewer than two rounds).
struct Interval {
  double estimate;
  double low;
  double high;
};

/// `interval` times a factor above 0.
Interval scaled(const Interval& interval, double factor);

/// Median of `values` (mean of the middle two for an even count); NaN for an empty span.
double median(std::span<const double> values);

/// Quantile `p` in [0, 1] by linear interpolation between order statistics (Hyndman and Fan's type 7, as NumPy).
double quantile(std::span<const double> values, double p);

/// The quantile that a two-sided interval of 95 % ends at.
inline constexpr double kQuantileOf95 = 0.975;

/// Quantile of Student's t distribution with `degrees_of_freedom` > 0, for p in (0, 1).
double student_t_quantile(double p, double degrees_of_freedom);

/// P(|T| >= |t|) for Student's t distribution with `degrees_of_freedom` > 0; NaN where an argument is.
double student_t_two_sided_p_value(double t, double degrees_of_freedom);

/// 95 % interval of the mean of `values`, from Student's t; those that are not finite are left out. Here and below, an
/// interval over 20 values or more is widened where each is like the one before it (core/serial_correlation.h).
Interval interval_of_mean(std::span<const double> values);

/// 95 % interval of the geometric mean of `values` (> 0), from Student's t over their logarithms.
/// The estimate is the median, which `step_seconds` is defined as; the interval is widened to hold it.
Interval interval_of_median(std::span<const double> values);

/// 95 % interval of minuend - subtrahend, paired by round: Student's t over the per-round differences. Rounds are
/// repetitions that took turns, so that a drift of the machine cancels. Skips those where either is not finite.
Interval interval_of_difference(std::span<const double> minuend, std::span<const double> subtrahend);

}  // namespace scalemark
